// What `benchmarks/app.py` asks of a page: how long the slider and a frame of a replay take.

import { paint, type Loaded, type View } from '../core/cover';
import { moment, newNow, raidOf } from '../core/raid';
import { THEMES } from '../core/themes';
import type { CoverMap, Replay } from '../core/types';

/** Milliseconds from a new height to the pixels on a canvas. */
function slider(side: number, units: number): number {
  const map: CoverMap = { cover: 1, width: side, height: side, bounds_deg: [0, 0, 1, 1], reasons: [], step_m: 0.5, layers: Array.from({ length: units }, (_, i) => ({ file: '', name: `u${i}`, kind: 'sight_height', unit: `u${i}`, asset: '', threat: '', height_m: 0, type: 'u16' as const })) };
  const loaded = new Map<string, Loaded>(map.layers.map((layer, k) => [layer.name, { layer, values: Uint16Array.from({ length: side * side }, (_, i) => (i * (2654435761 + k)) % 6000) }]));
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const context = canvas.getContext('2d')!, image = new ImageData(side, side), pixels = new Uint32Array(image.data.buffer);
  const times = [60, 120, 500, 30, 250, 80, 900].map((height_m) => {
    const begun = performance.now();
    const view: View = { show: 'sight', height_m, units: map.layers.map((layer) => layer.unit) };
    paint(view, map, loaded, THEMES.day, pixels);
    context.putImageData(image, 0, 0);
    return performance.now() - begun;
  });
  return times.sort((a, b) => a - b)[3];
}

/** Milliseconds of script for a moment of a raid, on average. */
function replay(threats: number, frames: number): number {
  const raid = raidOf({
    replay: 1, replicate: 0, seed: 0, why: '', title: '', hash: '', leaks: 0, starts_s: 0, ends_s: 1000, complete: true, units: [], events: [],
    threats: Array.from({ length: threats }, (_, i) => ({ name: '', group: '', threat: '', class: '', to: '', fate: 'missile', cause: '', unit: 0, ended_s: 900 + (i % 50), rounds: 1, bursts: 0, t: Array.from({ length: 16 }, (_, k) => k * 60 + (i % 50)), lon: Array.from({ length: 16 }, (_, k) => k / 100), lat: Array.from({ length: 16 }, (_, k) => (k + i) / 100), h: new Array<number>(16).fill(100) })),
  } as Replay);
  const now = newNow(raid);
  for (let k = 0; k < 50; k++) moment(raid, k, 45, now);
  const begun = performance.now();
  for (let k = 0; k < frames; k++) moment(raid, (1000 * k) / frames, 45, now);
  return (performance.now() - begun) / frames;
}

export const bench = { slider, replay };
