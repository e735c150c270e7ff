// Circles, fans and bearings on the globe.

const RADIUS_M = 6371008.8;
const RAD = Math.PI / 180;

/** The point at a distance and bearing from another. */
export function destination(lon: number, lat: number, distance: number, bearing: number): [number, number] {
  const d = distance / RADIUS_M, f = lat * RAD, b = bearing * RAD;
  const lat2 = Math.asin(Math.sin(f) * Math.cos(d) + Math.cos(f) * Math.sin(d) * Math.cos(b));
  const lon2 = lon * RAD + Math.atan2(Math.sin(b) * Math.sin(d) * Math.cos(f), Math.cos(d) - Math.sin(f) * Math.sin(lat2));
  return [lon2 / RAD, lat2 / RAD];
}

export function circle(lon: number, lat: number, radius: number, steps = 72): [number, number][] {
  return Array.from({ length: steps + 1 }, (_, i) => destination(lon, lat, radius, (360 * i) / steps));
}

/** A sector from its middle out to a distance, clockwise from one bearing to another; all around without the middle. */
export function fan(lon: number, lat: number, distance: number, from: number, to: number): [number, number][] {
  const spread = Math.min(360, Math.max(1, to - from));
  if (spread >= 360) return circle(lon, lat, distance, 120);
  const steps = Math.max(2, Math.ceil(spread / 3));
  const arc = Array.from({ length: steps + 1 }, (_, i) => destination(lon, lat, distance, from + (spread * i) / steps));
  return [[lon, lat], ...arc, [lon, lat]];
}

/** Web Mercator’s northward coordinate, growing to the north. */
export function mercatorY(lat: number): number {
  return Math.log(Math.tan(Math.PI / 4 + (lat * RAD) / 2));
}

export function boundsAround(lon: number, lat: number, radius: number): [[number, number], [number, number]] {
  const [east] = destination(lon, lat, radius, 90), [, north] = destination(lon, lat, radius, 0);
  return [[2 * lon - east, 2 * lat - north], [east, north]];
}

/** "55.729° N, 37.590° E". */
export function position(lat: number, lon: number, digits = 4): string {
  return `${Math.abs(lat).toFixed(digits)}° ${lat < 0 ? 'S' : 'N'}, ${Math.abs(lon).toFixed(digits)}° ${lon < 0 ? 'W' : 'E'}`;
}
