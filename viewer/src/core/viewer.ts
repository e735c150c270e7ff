// The viewer: one map that shows a scenario, its coverage, and a raid as it was played. No framework, no server.

import { LineLayer, ScatterplotLayer } from '@deck.gl/layers';
import { MapLibreOverlay } from '@deck.gl/maplibre';
import { AttributionControl, Map as MapLibre, NavigationControl, ScaleControl, type CanvasSource, type GeoJSONSource, type StyleSpecification } from 'maplibre-gl';
import { feature } from 'topojson-client';
import { cellAt, paint, type Loaded, type View } from './cover';
import { mercatorY, position } from './geometry';
import { at, FLYING, GONE, LEAKED, moment, newNow, NOT_YET, raidOf, TRAIL, type Now, type Raid } from './raid';
import { extent, layers, NOTHING, sources, unitFeatures, type Shown } from './style';
import { assetMark, SYMBOL_RATIO, unitMark, type Firmness, type UnitKind } from './symbols';
import { DEFENCE_RGB, QUIET_RGB, THEMES, THREAT_RGB, type Theme, type ThemeName } from './themes';
import type { CoverMap, Replay, Scene } from './types';
import { strip } from './words';

export interface Options {
  scene: Scene; theme: ThemeName; world: () => Promise<unknown>;
  onHover?: (where: Hover | null) => void; onPick?: (unit: number) => void; app6?: boolean; shown?: Partial<Shown>; app6Mark?: (kind: UnitKind) => Promise<ImageData>;
}

export interface Hover { lon: number; lat: number; cell: number; unit: number }

export interface Viewer {
  readonly map: MapLibre;
  ready: Promise<void>;
  setScene(scene: Scene): void;
  setTheme(theme: ThemeName): void;
  setApp6(on: boolean): void;
  setShown(shown: Partial<Shown>): void;
  setCover(map: CoverMap | null, loaded?: Map<string, Loaded>, view?: View): number;
  setReplay(replay: Replay | null): void;
  choose(unit: number): void;
  seek(time: number): number;
  fit(): void;
  png(): Promise<Blob>;
  state(): Record<string, unknown>;
  destroy(): void;
}

const KINDS: UnitKind[] = ['weapon', 'sensor', 'jammer'];
const FIRM: Firmness[] = ['firm', 'seen', 'weak'];
const SHOWN: Shown = { rings: true, approaches: true, buildings: true, shade: true, errors: true };
const CLEAR_AFTER_S = 12;

export function createViewer(element: HTMLElement, options: Options): Viewer {
  let { scene } = options;
  let theme: Theme = THEMES[options.theme];
  let app6 = options.app6 ?? false;
  let shown: Shown = { ...SHOWN, ...options.shown };
  let chosen = -1;
  let cover: { map: CoverMap; loaded: Map<string, Loaded>; view: View; canvas: HTMLCanvasElement; image: ImageData } | null = null;
  let raid: Raid | null = null, now: Now | null = null, colours: Colours | null = null;
  let world: unknown = null;
  let lastFrame = 0;
  let styled = false;

  const style = (): StyleSpecification => ({ version: 8, sources: sources(scene), layers: layers(theme, calmed(), app6, !!scene.ground.hillshade) });
  const map = new MapLibre({
    container: element, style: style(), bounds: extent(scene), fitBoundsOptions: { padding: 36 }, attributionControl: false,
    fadeDuration: 0, maxPitch: 75, maxZoom: 18, minZoom: 2, renderWorldCopies: false,
    canvasContextAttributes: { preserveDrawingBuffer: true, antialias: true }, dragRotate: true,
  });
  map.getCanvas().setAttribute('aria-label', `Map of ${scene.title}. Arrow keys move it, plus and minus zoom.`);
  map.addControl(new NavigationControl({ visualizePitch: true }), 'top-right');
  map.addControl(new ScaleControl({ maxWidth: 110 }), 'bottom-right');
  map.addControl(new AttributionControl({ compact: true, customAttribution: 'Natural Earth' }), 'bottom-right');
  // Overlaid, with a context of its own: interleaving breaks the labels of the map below.
  const overlay = new MapLibreOverlay({ interleaved: false, layers: [], deviceProps: { webgl: { preserveDrawingBuffer: true } } as never });
  map.addControl(overlay);

  async function dress(): Promise<void> {
    const put = (name: string, image: ImageData, pixelRatio = SYMBOL_RATIO): void => {
      if (map.hasImage(name)) map.removeImage(name);
      map.addImage(name, image, { pixelRatio });
    };
    for (const kind of KINDS) for (const firm of FIRM) for (const on of [false, true]) put(`${kind}-${firm}${on ? '-chosen' : ''}`, unitMark(kind, firm, theme, on));
    put('asset', assetMark(theme));
    if (app6 && options.app6Mark) for (const kind of KINDS) put(`app6-${kind}`, await options.app6Mark(kind));
  }

  async function worldIn(): Promise<void> {
    if (!world) {
      const topology = (await options.world()) as { objects: Record<string, never> };
      const countries = feature(topology as never, (topology.objects['countries'] ?? topology.objects['land']) as never);
      world = countries;
    }
    (map.getSource('world') as GeoJSONSource | undefined)?.setData(world as never);
  }

  function restyled(): void {
    styled = true;
    void dress();
    void worldIn();
    if (cover) drape();
  }

  map.on('style.load', restyled);
  const ready = new Promise<void>((resolve) => { map.once('idle', () => resolve()); });

  // --- coverage ---

  function drape(): void {
    if (!cover) return;
    const [west, south, east, north] = cover.map.bounds_deg;
    if (map.getLayer('cover')) map.removeLayer('cover');
    if (map.getSource('cover')) map.removeSource('cover');
    map.addSource('cover', { type: 'canvas', canvas: cover.canvas, animate: false, coordinates: [[west, north], [east, north], [east, south], [west, south]] });
    map.addLayer({ id: 'cover', type: 'raster', source: 'cover', paint: { 'raster-fade-duration': 0, 'raster-resampling': 'nearest' } }, 'place');
  }

  function setCover(next: CoverMap | null, loaded: Map<string, Loaded> = new Map(), view?: View): number {
    const begun = performance.now();
    if (!next || !view) {
      cover = null;
      if (styled) quiet();
      if (map.getLayer('cover')) { map.removeLayer('cover'); map.removeSource('cover'); }
      return 0;
    }
    const same = cover?.map === next ? cover : null;
    if (same) { same.view = view; same.loaded = loaded; } else {
      const canvas = document.createElement('canvas');
      canvas.width = next.width; canvas.height = next.height;
      cover = { map: next, loaded, view, canvas, image: new ImageData(next.width, next.height) };
    }
    const held = cover!;
    if (!same && styled) quiet();
    paint(view, next, loaded, theme, new Uint32Array(held.image.data.buffer));
    held.canvas.getContext('2d')!.putImageData(held.image, 0, 0);
    if (!same && styled) drape();
    const source = map.getSource('cover') as CanvasSource | undefined;
    if (same && source) { source.play(); source.pause(); map.triggerRepaint(); }
    return performance.now() - begun;
  }

  // --- the raid ---

  function setReplay(replay: Replay | null): void {
    raid = replay ? raidOf(replay) : null;
    now = raid ? newNow(raid) : null;
    colours = raid ? newColours(raid) : null;
    if (styled) quiet();
    if (!replay) { overlay.setProps({ layers: [] }); map.easeTo({ pitch: 0, duration: 0 }); } else {
      seek(replay.starts_s);
      if (map.getPitch() === 0) map.easeTo({ pitch: 48, duration: 0 });
    }
  }

  /** While a raid or a layer is shown, lines of reach and approach step back. */
  function quiet(): void {
    for (const layer of layers(theme, calmed(), app6, !!scene.ground.hillshade)) {
      const value = (layer as { layout?: { visibility?: 'visible' | 'none' } }).layout?.visibility;
      if (value && map.getLayer(layer.id)) map.setLayoutProperty(layer.id, 'visibility', value);
    }
  }

  function calmed(): Shown {
    return raid ? { ...shown, approaches: false, rings: false } : cover ? { ...shown, approaches: false, rings: false } : shown;
  }

  function heights(): number {
    if (!raid) return 1;
    let most = 0;
    for (const h of raid.h) if (h > most) most = h;
    return most > 5000 ? 1 : HEIGHTS_DRAWN;
  }

  function seek(time: number): number {
    if (!raid || !now || !colours) return 0;
    const begun = performance.now();
    moment(raid, time, 45, now);
    overlay.setProps({ layers: raidLayers(raid, now, colours, theme.name, scene, heights()) });
    lastFrame = performance.now() - begun;
    return lastFrame;
  }

  // --- the pointer ---

  function hover(lngLat: { lng: number; lat: number }, point: { x: number; y: number }): void {
    const unit = map.getLayer('units') ? map.queryRenderedFeatures([point.x, point.y], { layers: ['units'] })[0] : undefined;
    map.getCanvas().style.cursor = unit ? 'pointer' : '';
    options.onHover?.({ lon: lngLat.lng, lat: lngLat.lat, cell: cover ? cellAt(cover.map, lngLat.lng, lngLat.lat, mercatorY) : -1, unit: unit ? Number(unit.properties['index']) : -1 });
  }
  map.on('mousemove', (event) => hover(event.lngLat, event.point));
  map.on('mouseout', () => options.onHover?.(null));
  map.on('click', (event) => {
    hover(event.lngLat, event.point);
    const unit = map.queryRenderedFeatures(event.point, { layers: ['units'] })[0];
    options.onPick?.(unit ? Number(unit.properties['index']) : -1);
  });

  async function png(): Promise<Blob> {
    overlay.setProps({});
    await new Promise<void>((resolve) => { map.once('render', () => resolve()); map.triggerRepaint(); });
    const below = map.getCanvas(), above = overlay.getCanvas();
    const out = document.createElement('canvas');
    const lines = strip(scene), ratio = below.width / below.clientWidth, tall = Math.round((14 + 17 * lines.length) * ratio);
    out.width = below.width; out.height = below.height + tall;
    const c = out.getContext('2d')!;
    c.fillStyle = theme.paper; c.fillRect(0, 0, out.width, out.height);
    c.drawImage(below, 0, 0);
    if (above && raid) c.drawImage(above, 0, 0, below.width, below.height);
    c.fillStyle = theme.ink; c.textBaseline = 'top';
    lines.forEach((line, i) => {
      c.font = `${i === 0 ? 700 : 400} ${12 * ratio}px system-ui, "DejaVu Sans", sans-serif`;
      c.fillText(line, 10 * ratio, below.height + (8 + 17 * i) * ratio, out.width - 20 * ratio);
    });
    return new Promise((resolve, reject) => { out.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'); });
  }

  return {
    map, ready,
    setScene(next) { scene = next; chosen = -1; styled = false; map.setStyle(style(), { diff: false }); map.getCanvas().setAttribute('aria-label', `Map of ${scene.title}. Arrow keys move it, plus and minus zoom.`); },
    setTheme(name) {
      theme = THEMES[name];
      for (const layer of layers(theme, shown, app6, !!scene.ground.hillshade)) for (const [key, value] of Object.entries(layer.paint ?? {})) if (map.getLayer(layer.id)) map.setPaintProperty(layer.id, key as never, value as never);
      void dress();
      if (cover) setCover(cover.map, cover.loaded, cover.view);
      if (now) seek(now.time);
    },
    setApp6(on) { app6 = on; void dress().then(() => { if (map.getLayer('units')) map.setLayoutProperty('units', 'icon-image', ['get', on ? 'app6' : 'icon']); }); },
    setShown(next) {
      shown = { ...shown, ...next };
      if (styled) quiet();
    },
    setCover, setReplay, seek, png,
    choose(unit) { chosen = unit; (map.getSource('units') as GeoJSONSource | undefined)?.setData(unitFeatures(scene, chosen)); },
    fit() { map.fitBounds(extent(scene), { padding: 36, pitch: 0, bearing: 0, duration: 0 }); },
    state() {
      return {
        title: scene.title, theme: theme.name, units: scene.units.length, chosen, cover: cover?.view ?? null,
        time: now?.time ?? null, flying: now ? now.state.reduce((n, s) => n + Number(s === FLYING), 0) : null,
        leaked: now ? now.state.reduce((n, s) => n + Number(s === LEAKED), 0) : null, frame_ms: lastFrame,
        pixels: cover ? share(cover.image) : null, centre: position(map.getCenter().lat, map.getCenter().lng), zoom: map.getZoom(),
      };
    },
    destroy() { map.remove(); },
  };
}

/** Share of the pixels of a layer that are neither clear nor veiled. */
function share(image: ImageData): number {
  const pixels = new Uint32Array(image.data.buffer);
  let seen = 0, known = 0;
  for (const pixel of pixels) { if (pixel) { known++; if (((pixel >> 16) & 255) > 90) seen++; } }
  return known ? seen / known : 0;
}

// --- drawing a raid ---

/** So that heights of some hundred metres show beside widths of some tens of kilometres. */
export const HEIGHTS_DRAWN = 4;

interface Colours { heads: Uint8Array; rims: Uint8Array; trail: Uint8Array; trailFrom: Float64Array; trailTo: Float64Array; stalkFrom: Float64Array; stalks: Uint8Array; radii: Float32Array; scaled: Float64Array }

function newColours(raid: Raid): Colours {
  return {
    heads: new Uint8Array(4 * raid.n), rims: new Uint8Array(4 * raid.n), trail: new Uint8Array(4 * raid.n * TRAIL),
    trailFrom: new Float64Array(3 * raid.n * TRAIL), trailTo: new Float64Array(3 * raid.n * TRAIL), stalkFrom: new Float64Array(3 * raid.n),
    stalks: new Uint8Array(4 * raid.n), radii: new Float32Array(raid.n), scaled: new Float64Array(3 * raid.n),
  };
}

function colour(raid: Raid, now: Now, c: Colours, theme: ThemeName, tall: number): void {
  const red = THREAT_RGB[theme], quiet = QUIET_RGB[theme], blue = DEFENCE_RGB[theme];
  for (let i = 0; i < raid.n; i++) {
    const state = now.state[i], ended = raid.replay.threats[i].ended_s, since = now.time - ended;
    const rgb = state === GONE ? quiet : red;
    const alpha = state === NOT_YET ? 0 : state === FLYING ? 255 : state === LEAKED ? 235 : 150;
    const o = 4 * i;
    c.heads[o] = rgb[0]; c.heads[o + 1] = rgb[1]; c.heads[o + 2] = rgb[2]; c.heads[o + 3] = state === FLYING && !now.firm[i] ? 90 : alpha;
    const rim = state === FLYING && now.engaged[i] ? blue : rgb;
    c.rims[o] = rim[0]; c.rims[o + 1] = rim[1]; c.rims[o + 2] = rim[2]; c.rims[o + 3] = alpha;
    c.radii[i] = state === FLYING ? (now.engaged[i] ? 6 : 4.6) : state === LEAKED ? 6.5 : 2.6;
    c.stalks[o] = rgb[0]; c.stalks[o + 1] = rgb[1]; c.stalks[o + 2] = rgb[2]; c.stalks[o + 3] = state === FLYING ? 70 : 0;
    const p = 3 * i, grounded = state !== FLYING && state !== NOT_YET;
    c.scaled[p] = c.stalkFrom[p] = now.heads[p]; c.scaled[p + 1] = c.stalkFrom[p + 1] = now.heads[p + 1]; c.scaled[p + 2] = grounded ? 0 : now.heads[p + 2] * tall;
    for (let k = 0; k < TRAIL; k++) {
      const s = i * TRAIL + k, from = 3 * (i * (TRAIL + 1) + k), to = from + 3;
      const fade = state === FLYING ? 1 : Math.max(0, 1 - since / CLEAR_AFTER_S);
      for (let axis = 0; axis < 3; axis++) { const z = axis === 2 ? tall : 1; c.trailFrom[3 * s + axis] = now.trail[from + axis] * z; c.trailTo[3 * s + axis] = now.trail[to + axis] * z; }
      c.trail[4 * s] = rgb[0]; c.trail[4 * s + 1] = rgb[1]; c.trail[4 * s + 2] = rgb[2];
      c.trail[4 * s + 3] = state === NOT_YET ? 0 : Math.round(190 * fade * (1 - k / TRAIL));
    }
  }
}

function raidLayers(raid: Raid, now: Now, c: Colours, theme: ThemeName, scene: Scene, tall: number): (LineLayer | ScatterplotLayer)[] {
  colour(raid, now, c, theme, tall);
  const blue = DEFENCE_RGB[theme], red = THREAT_RGB[theme];
  const spot = new Float64Array(3);
  const shots = raid.shots.filter((shot) => shot.from <= now.time && now.time < shot.to && scene.units[shot.unit]);
  const flying = shots.map((shot) => {
    const unit = scene.units[shot.unit], share = (now.time - shot.from) / Math.max(0.1, shot.to - shot.from);
    at(raid, shot.threat, Math.min(now.time, raid.replay.threats[shot.threat].ended_s), spot);
    const from: [number, number, number] = [unit.lon_deg, unit.lat_deg, unit.mounted_m * tall];
    const goal: [number, number, number] = shot.gun ? [spot[0], spot[1], spot[2] * tall] : [shot.lon, shot.lat, shot.h * tall];
    const s = shot.gun ? 1 : share;
    return { from, at: from.map((value, axis) => value + (goal[axis] - value) * s) as [number, number, number], gun: shot.gun };
  });
  const flashes = raid.replay.threats.flatMap((threat, i) => {
    const since = now.time - threat.ended_s;
    if (since < 0 || since > 6) return [];
    at(raid, i, threat.ended_s, spot);
    return [{ at: [spot[0], spot[1], spot[2] * tall] as [number, number, number], since, leaked: threat.fate === 'leaked' }];
  });
  const common = { parameters: { depthCompare: 'always' } as never };
  return [
    new LineLayer({ id: 'stalks', ...common, data: { length: raid.n, attributes: { getSourcePosition: { value: c.stalkFrom, size: 3 }, getTargetPosition: { value: c.scaled, size: 3 }, getColor: { value: c.stalks, size: 4, normalized: true } } } as never, getWidth: 1 }),
    new LineLayer({ id: 'trails', ...common, data: { length: raid.n * TRAIL, attributes: { getSourcePosition: { value: c.trailFrom, size: 3 }, getTargetPosition: { value: c.trailTo, size: 3 }, getColor: { value: c.trail, size: 4, normalized: true } } } as never, getWidth: 2 }),
    new LineLayer({ id: 'ways', ...common, data: flying, getSourcePosition: (d) => d.from, getTargetPosition: (d) => d.at, getColor: (d) => [...blue, d.gun ? 200 : 130] as never, getWidth: (d) => (d.gun ? 2.2 : 1.4), updateTriggers: {} }),
    new ScatterplotLayer({ id: 'rounds', ...common, data: flying.filter((shot) => !shot.gun), getPosition: (d) => d.at, getFillColor: [...blue, 255] as never, radiusUnits: 'pixels', getRadius: 2.6, billboard: true }),
    new ScatterplotLayer({ id: 'flashes', ...common, data: flashes, getPosition: (d) => d.at, getLineColor: (d) => [...(d.leaked ? red : blue), Math.round(230 * (1 - d.since / 6))] as never, filled: false, stroked: true, lineWidthUnits: 'pixels', getLineWidth: 2, radiusUnits: 'pixels', getRadius: (d) => 5 + 4 * d.since, billboard: true }),
    new ScatterplotLayer({ id: 'heads', ...common, data: { length: raid.n, attributes: { getPosition: { value: c.scaled, size: 3 }, getFillColor: { value: c.heads, size: 4, normalized: true }, getLineColor: { value: c.rims, size: 4, normalized: true }, getRadius: { value: c.radii, size: 1 } } } as never, radiusUnits: 'pixels', stroked: true, lineWidthUnits: 'pixels', getLineWidth: 1.6, billboard: true }),
  ];
}

export { NOTHING };
