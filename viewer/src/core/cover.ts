// Layers of coverage as pixels: a value becomes a colour by a table, so that a slider only makes a new table.

import type { Theme } from './themes';
import type { CoverMap, Layer } from './types';
import { REASONS } from './words';

export interface Loaded { layer: Layer; values: Uint8Array | Uint16Array }

export type View =
  | { show: 'sight'; height_m: number; units: string[] }
  | { show: 'reason' | 'held' | 'time_left' | 'engagements'; layer: string }
  | { show: 'reach'; layers: string[] };

export interface KeyRow { colour: string; words: string }

type Rgb = [number, number, number];
const BLUES: Rgb[] = [[214, 226, 238], [168, 195, 221], [113, 157, 199], [61, 116, 168], [24, 71, 120]];
const SEEN: Rgb[] = [[143, 185, 222], [84, 143, 196], [43, 104, 161], [24, 71, 120]];

const pack = (r: number, g: number, b: number, a: number): number => ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
const css = ([r, g, b]: Rgb, alpha = 1): string => `rgba(${r}, ${g}, ${b}, ${alpha})`;

/** Ends of classes, and what they are called. Times are stored in seconds, chances in 1/250, 255 or 65535: not known. */
const CLASSES: Record<string, { ends: number[]; words: string[] }> = {
  p_held: { ends: [0.05, 0.25, 0.5, 0.75, 0.9, 2], words: ['below 5 %', '5 to 25 %', '25 to 50 %', '50 to 75 %', '75 to 90 %', 'above 90 %'] },
  time_left: { ends: [0.5, 30, 60, 120, 300, 1e9], words: ['not held here', 'below 30 s', '30 s to 1 min', '1 to 2 min', '2 to 5 min', 'above 5 min'] },
  engagements: { ends: [1, 2, 4, 8, 16, 1e9], words: ['none', '1', '2 to 3', '4 to 7', '8 to 15', '16 or more'] },
};

export const SCALE: Record<string, number> = { p_held: 250, time_left: 1, engagements: 1, reach: 1 };

export function keyOf(view: View, map: CoverMap, theme: Theme): KeyRow[] {
  const veil = `rgba(${theme.veil.slice(0, 3).join(', ')}, ${theme.veil[3] / 255})`;
  if (view.show === 'sight') {
    const n = Math.min(view.units.length, SEEN.length);
    const rows = Array.from({ length: n }, (_, i) => ({ colour: css(SEEN[i], 0.75), words: n === 1 ? 'in line of sight' : i + 1 === n && view.units.length > n ? `of ${n} units or more` : `of ${i + 1} unit${i ? 's' : ''}` }));
    return [...rows, { colour: veil, words: 'hidden from all' }];
  }
  if (view.show === 'reason') return map.reasons.filter((name) => REASONS[name]).map((name) => ({ colour: css(REASONS[name][1], 0.8), words: REASONS[name][0] })).reverse();
  if (view.show === 'reach') return [{ colour: css(BLUES[3], 0.75), words: 'a round can meet it here' }, { colour: veil, words: 'no round meets it here' }];
  const kind = view.show === 'held' ? 'p_held' : view.show;
  return CLASSES[kind].words.map((words, i) => ({ colour: i ? css(BLUES[i - 1], 0.8) : veil, words })).reverse();
}

/** Paint a view: (width × height) packed colours, into `out`. */
export function paint(view: View, map: CoverMap, loaded: Map<string, Loaded>, theme: Theme, out: Uint32Array): void {
  const veil = pack(...theme.veil);
  if (view.show === 'sight') return paintSight(view, map, loaded, veil, out);
  if (view.show === 'reach') {
    const found = view.layers.map((name) => loaded.get(name)?.values).filter((values) => values !== undefined);
    const met = pack(...BLUES[3], 150);
    for (let i = 0; i < out.length; i++) {
      let any = 0, known = 0;
      for (const values of found) { if (values[i] === 1) any = 1; if (values[i] !== 255) known = 1; }
      out[i] = known ? (any ? met : veil) : 0;
    }
    return;
  }
  const held = loaded.get(view.layer);
  if (!held) { out.fill(0); return; }
  const table = tableOf(view.show, map, veil, held.values instanceof Uint16Array ? 65536 : 256);
  const { values } = held;
  for (let i = 0; i < out.length; i++) out[i] = table[values[i]];
}

function tableOf(show: 'reason' | 'held' | 'time_left' | 'engagements', map: CoverMap, veil: number, size: number): Uint32Array {
  const table = new Uint32Array(size);
  if (show === 'reason') {
    map.reasons.forEach((name, code) => { const known = REASONS[name]; if (known && name !== 'no_data') table[code] = pack(...known[1], name === 'visible' ? 150 : 165); });
    return table;
  }
  const kind = show === 'held' ? 'p_held' : show;
  const { ends } = CLASSES[kind];
  for (let code = 0; code < size - 1; code++) {
    const value = code / SCALE[kind];
    const cls = ends.findIndex((end) => value < end);
    table[code] = cls <= 0 ? veil : pack(...BLUES[cls - 1], 165);
  }
  return table;
}

function paintSight(view: Extract<View, { show: 'sight' }>, map: CoverMap, loaded: Map<string, Loaded>, veil: number, out: Uint32Array): void {
  const found = map.layers.filter((layer) => layer.kind === 'sight_height' && view.units.includes(layer.unit)).map((layer) => loaded.get(layer.name)?.values).filter((values) => values !== undefined);
  const limit = Math.min(65534, Math.round(view.height_m / map.step_m));
  const colours = new Uint32Array(found.length + 1);
  colours[0] = veil;
  for (let n = 1; n <= found.length; n++) colours[n] = pack(...SEEN[Math.min(n, SEEN.length) - 1], 150);
  if (found.length === 1) {
    const [only] = found;
    for (let i = 0; i < out.length; i++) out[i] = only[i] === 65535 ? 0 : only[i] <= limit ? colours[1] : veil;
    return;
  }
  for (let i = 0; i < out.length; i++) {
    let n = 0, unknown = 0;
    for (let k = 0; k < found.length; k++) { const value = found[k][i]; if (value <= limit) n++; else if (value === 65535) unknown++; }
    out[i] = unknown === found.length ? 0 : colours[n];
  }
}

/** Which cell a position lies in, or -1. */
export function cellAt(map: CoverMap, lon: number, lat: number, y: (lat: number) => number): number {
  const [west, south, east, north] = map.bounds_deg;
  const column = Math.floor(((lon - west) / (east - west)) * map.width);
  const row = Math.floor(((y(north) - y(lat)) / (y(north) - y(south))) * map.height);
  return column < 0 || row < 0 || column >= map.width || row >= map.height ? -1 : row * map.width + column;
}
