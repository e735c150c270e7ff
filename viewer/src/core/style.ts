// A map of the scenario’s own data: nothing is asked of any server, and labels are drawn with the fonts that are there.

import type { FeatureCollection, Feature } from 'geojson';
import type { StyleSpecification } from 'maplibre-gl';
import { boundsAround, circle, destination, fan } from './geometry';
import type { Theme } from './themes';
import type { Scene } from './types';
import { FIRMNESS } from './words';

export const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] };
const FONT = ['sans-serif'];

export interface Shown { rings: boolean; approaches: boolean; buildings: boolean; shade: boolean; errors: boolean }

function feature(geometry: GeoJSON.Geometry, properties: Record<string, unknown> = {}): Feature {
  return { type: 'Feature', properties, geometry };
}

function collection(features: Feature[]): FeatureCollection { return { type: 'FeatureCollection', features }; }

export function unitFeatures(scene: Scene, chosen: number): FeatureCollection {
  return collection(scene.units.map((unit, index) => feature(
    { type: 'Point', coordinates: [unit.lon_deg, unit.lat_deg] },
    { index, name: unit.name, kind: unit.kind, icon: `${unit.kind}-${FIRMNESS[unit.evidence.status] ?? 'weak'}${index === chosen ? '-chosen' : ''}`, app6: `app6-${unit.kind}` },
  )));
}

function approaches(scene: Scene): FeatureCollection {
  const told = new Map<string, { n: number; group: Scene['groups'][number] }>();
  for (const group of scene.groups) {
    const key = [group.threat, group.lat_deg.toFixed(3), group.lon_deg.toFixed(3), ...group.from_deg, ...group.starts_m].join();
    const held = told.get(key);
    if (held) held.n += group.count; else told.set(key, { n: group.count, group });
  }
  return collection([...told.values()].flatMap(({ n, group }) => {
    const far = Math.max(...group.starts_m), middle = (group.from_deg[0] + group.from_deg[1]) / 2;
    return [
      feature({ type: 'Polygon', coordinates: [fan(group.lon_deg, group.lat_deg, far, ...group.from_deg)] }),
      feature({ type: 'Point', coordinates: destination(group.lon_deg, group.lat_deg, Math.min(far, 0.78 * scene.radius_m), middle) }, { name: `${n.toLocaleString('en')} × ${group.threat_name}` }),
    ];
  }));
}

function picture(url: string, [west, south, east, north]: [number, number, number, number]): StyleSpecification['sources'][string] {
  return { type: 'image', url, coordinates: [[west, north], [east, north], [east, south], [west, south]] };
}

export function sources(scene: Scene): StyleSpecification['sources'] {
  const { ground } = scene;
  const { lon_deg: lon, lat_deg: lat } = scene.centre;
  const land = ground.land;
  const areas = (kind: string): FeatureCollection => collection((land?.areas[kind] ?? []).map((ring) => feature({ type: 'Polygon', coordinates: [ring] })));
  const lines = (kind: string): FeatureCollection => collection((land?.lines[kind] ?? []).map((line) => feature({ type: 'LineString', coordinates: line })));
  return {
    world: { type: 'geojson', data: NOTHING },
    ...(ground.hillshade ? { shade: picture(ground.hillshade.png, ground.hillshade.bounds_deg) } : {}),
    green: { type: 'geojson', data: areas('green') },
    water: { type: 'geojson', data: areas('water') },
    rivers: { type: 'geojson', data: lines('water') },
    roads: { type: 'geojson', data: lines('road') },
    buildings: { type: 'geojson', data: ground.buildings ?? NOTHING },
    place: { type: 'geojson', data: collection([feature({ type: 'LineString', coordinates: circle(lon, lat, scene.radius_m, 180) })]) },
    rings: { type: 'geojson', data: collection(scene.rings.rings.map((ring) => feature({ type: 'LineString', coordinates: ring.line }, { kind: ring.kind, unit: ring.unit }))) },
    approaches: { type: 'geojson', data: approaches(scene) },
    errors: { type: 'geojson', data: collection(scene.units.filter((unit) => unit.position_error_m > 0).map((unit) => feature({ type: 'Polygon', coordinates: [circle(unit.lon_deg, unit.lat_deg, unit.position_error_m)] }))) },
    assetAreas: { type: 'geojson', data: collection(scene.assets.map((asset) => feature({ type: 'Polygon', coordinates: [circle(asset.lon_deg, asset.lat_deg, asset.radius_m)] }))) },
    assets: { type: 'geojson', data: collection(scene.assets.map((asset, index) => feature({ type: 'Point', coordinates: [asset.lon_deg, asset.lat_deg] }, { index, name: asset.name }))) },
    units: { type: 'geojson', data: unitFeatures(scene, -1) },
  };
}

export function layers(theme: Theme, shown: Shown, app6: boolean, shaded: boolean): StyleSpecification['layers'] {
  const visible = (on: boolean): { visibility: 'visible' | 'none' } => ({ visibility: on ? 'visible' : 'none' });
  const label = (size: number): Record<string, unknown> => ({ 'text-font': FONT, 'text-size': size, 'text-field': ['get', 'name'], 'text-max-width': 9, 'text-optional': true });
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': theme.sea } },
    { id: 'land', type: 'fill', source: 'world', paint: { 'fill-color': theme.land } },
    { id: 'green', type: 'fill', source: 'green', paint: { 'fill-color': theme.green } },
    { id: 'water', type: 'fill', source: 'water', paint: { 'fill-color': theme.water } },
    { id: 'rivers', type: 'line', source: 'rivers', paint: { 'line-color': theme.water, 'line-width': 1.2 } },
    ...(shaded ? [{ id: 'shade', type: 'raster' as const, source: 'shade', layout: visible(shown.shade), paint: { 'raster-opacity': theme.shade, 'raster-fade-duration': 0 } }] : []),
    { id: 'border', type: 'line', source: 'world', paint: { 'line-color': theme.border, 'line-width': 0.8 } },
    { id: 'roads', type: 'line', source: 'roads', paint: { 'line-color': theme.road, 'line-width': ['interpolate', ['linear'], ['zoom'], 9, 0.6, 14, 2.4] } },
    { id: 'place', type: 'line', source: 'place', paint: { 'line-color': theme.soft, 'line-width': 1, 'line-dasharray': [1, 3], 'line-opacity': 0.7 } },
    { id: 'approaches', type: 'fill', source: 'approaches', filter: ['==', ['geometry-type'], 'Polygon'], layout: visible(shown.approaches), paint: { 'fill-color': theme.threat, 'fill-opacity': theme.name === 'day' ? 0.035 : 0.06 } },
    { id: 'approach-edges', type: 'line', source: 'approaches', filter: ['==', ['geometry-type'], 'Polygon'], layout: visible(shown.approaches), paint: { 'line-color': theme.threat, 'line-width': 0.8, 'line-opacity': 0.32 } },
    ...(['sight', 'detection', 'missile', 'gun', 'jamming'] as const).map((kind) => ({
      id: `ring-${kind}`, type: 'line' as const, source: 'rings', filter: ['==', ['get', 'kind'], kind] as never, layout: visible(shown.rings),
      paint: {
        'line-color': kind === 'gun' || kind === 'missile' ? theme.defence : theme.ring,
        'line-width': kind === 'missile' ? 1.5 : 1.1,
        'line-opacity': kind === 'sight' ? 0.5 : 0.85,
        ...(kind === 'detection' ? { 'line-dasharray': [5, 3] } : kind === 'sight' ? { 'line-dasharray': [1, 2.5] } : kind === 'jamming' ? { 'line-dasharray': [2, 2] } : {}),
      },
    })),
    { id: 'buildings', type: 'fill-extrusion', source: 'buildings', minzoom: 11.5, layout: visible(shown.buildings), paint: { 'fill-extrusion-color': theme.building, 'fill-extrusion-height': ['get', 'h'], 'fill-extrusion-opacity': 0.85 } },
    { id: 'errors', type: 'fill', source: 'errors', layout: visible(shown.errors), paint: { 'fill-color': theme.defence, 'fill-opacity': 0.13 } },
    { id: 'error-edges', type: 'line', source: 'errors', layout: visible(shown.errors), paint: { 'line-color': theme.defence, 'line-width': 0.9, 'line-dasharray': [2, 2], 'line-opacity': 0.75 } },
    { id: 'asset-areas', type: 'fill', source: 'assetAreas', paint: { 'fill-color': theme.asset, 'fill-opacity': 0.16 } },
    { id: 'asset-edges', type: 'line', source: 'assetAreas', paint: { 'line-color': theme.asset, 'line-width': 1.1 } },
    { id: 'approach-names', type: 'symbol', source: 'approaches', filter: ['==', ['geometry-type'], 'Point'], layout: { ...visible(shown.approaches), ...label(11.5) } as never, paint: { 'text-color': theme.threat, 'text-halo-color': theme.halo, 'text-halo-width': 1.6 } },
    { id: 'assets', type: 'symbol', source: 'assets', layout: { 'icon-image': 'asset', 'icon-allow-overlap': true, ...label(12), 'text-anchor': 'top', 'text-offset': [0, 0.6] } as never, paint: { 'text-color': theme.asset, 'text-halo-color': theme.halo, 'text-halo-width': 1.6 } },
    { id: 'units', type: 'symbol', source: 'units', layout: { 'icon-image': ['get', app6 ? 'app6' : 'icon'], 'icon-allow-overlap': true, 'icon-ignore-placement': false, ...label(12.5), 'text-variable-anchor': ['left', 'right', 'bottom', 'top'], 'text-radial-offset': 1.15, 'text-justify': 'auto' } as never, paint: { 'text-color': theme.ink, 'text-halo-color': theme.halo, 'text-halo-width': 1.8 } },
  ];
}

/** What the map should show at first: everything that stands or begins within reach of the place. */
export function extent(scene: Scene): [[number, number], [number, number]] {
  return boundsAround(scene.centre.lon_deg, scene.centre.lat_deg, scene.radius_m);
}
