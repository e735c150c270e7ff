// A replay as columns of numbers, and what everything does at one moment. No drawing here, and nothing allocated a frame.

import type { Replay, ReplayEvent } from './types';

export const TRAIL = 6;

export const FLYING = 1, GONE = 2, LEAKED = 3, NOT_YET = 0;

export interface Raid {
  replay: Replay; n: number; t: Float64Array; lon: Float64Array; lat: Float64Array; h: Float32Array; first: Int32Array;
  /** Per threat: when it is held firmly, as [from, to) pairs, and by how many at most. */
  held: [number, number][][];
  /** Rounds and bursts on their way. */
  shots: Shot[];
  byTime: ReplayEvent[];
}

export interface Shot { unit: number; threat: number; from: number; to: number; gun: boolean; lon: number; lat: number; h: number; hit: boolean }

export interface Now {
  time: number; heads: Float64Array; state: Uint8Array; firm: Uint8Array; engaged: Uint8Array; trail: Float64Array;
}

export function raidOf(replay: Replay): Raid {
  const n = replay.threats.length;
  const first = new Int32Array(n + 1);
  replay.threats.forEach((threat, i) => { first[i + 1] = first[i] + threat.t.length; });
  const t = new Float64Array(first[n]), lon = new Float64Array(first[n]), lat = new Float64Array(first[n]), h = new Float32Array(first[n]);
  replay.threats.forEach((threat, i) => { t.set(threat.t, first[i]); lon.set(threat.lon, first[i]); lat.set(threat.lat, first[i]); h.set(threat.h, first[i]); });
  const raid: Raid = { replay, n, t, lon, lat, h, first, held: Array.from({ length: n }, () => []), shots: [], byTime: replay.events };
  const open = new Map<string, number>();
  const where = new Float64Array(3);
  for (const event of replay.events) {
    const key = `${event.threat}.${event.unit}`;
    if (event.kind === 'firm') open.set(key, event.t);
    if (event.kind === 'lost' && open.has(key)) { raid.held[event.threat].push([open.get(key)!, event.t]); open.delete(key); }
    if ((event.kind === 'launch' || event.kind === 'burst') && event.ends !== undefined) {
      at(raid, event.threat, Math.min(event.ends, replay.threats[event.threat].ended_s), where);
      const hit = replay.threats[event.threat].unit === event.unit && Math.abs(replay.threats[event.threat].ended_s - event.ends) < 0.05;
      raid.shots.push({ unit: event.unit, threat: event.threat, from: event.t, to: event.ends, gun: event.kind === 'burst', lon: where[0], lat: where[1], h: where[2], hit });
    }
  }
  for (const [key, from] of open) { const threat = Number(key.split('.')[0]); raid.held[threat].push([from, replay.threats[threat].ended_s]); }
  return raid;
}

/** Where a threat is: longitude, latitude, height; before its start and after its end, there. */
export function at(raid: Raid, threat: number, time: number, out: Float64Array, offset = 0): void {
  let low = raid.first[threat], high = raid.first[threat + 1] - 1;
  if (time <= raid.t[low]) high = low;
  else if (time >= raid.t[high]) low = high;
  else { while (high - low > 1) { const middle = (low + high) >> 1; if (raid.t[middle] <= time) low = middle; else high = middle; } }
  const share = high === low ? 0 : (time - raid.t[low]) / (raid.t[high] - raid.t[low]);
  out[offset] = raid.lon[low] + share * (raid.lon[high] - raid.lon[low]);
  out[offset + 1] = raid.lat[low] + share * (raid.lat[high] - raid.lat[low]);
  out[offset + 2] = raid.h[low] + share * (raid.h[high] - raid.h[low]);
}

export function newNow(raid: Raid): Now {
  return { time: 0, heads: new Float64Array(3 * raid.n), state: new Uint8Array(raid.n), firm: new Uint8Array(raid.n), engaged: new Uint8Array(raid.n), trail: new Float64Array(3 * raid.n * (TRAIL + 1)) };
}

/** What everything does at a moment, written into `now`. */
export function moment(raid: Raid, time: number, trailSeconds: number, now: Now): void {
  now.time = time;
  const { threats } = raid.replay;
  now.engaged.fill(0);
  for (const shot of raid.shots) if (shot.from <= time && time < shot.to) now.engaged[shot.threat]++;
  for (let i = 0; i < raid.n; i++) {
    const threat = threats[i], starts = raid.t[raid.first[i]], ended = threat.ended_s;
    now.state[i] = time < starts ? NOT_YET : time < ended ? FLYING : threat.fate === 'leaked' ? LEAKED : GONE;
    at(raid, i, Math.min(time, ended), now.heads, 3 * i);
    let firm = 0;
    for (const [from, to] of raid.held[i]) if (from <= time && time < to) firm++;
    now.firm[i] = firm;
    // The trail fades after the end of a flight: it runs on to the moment, and is cut at the end.
    for (let k = 0; k <= TRAIL; k++) {
      const then = Math.min(ended, Math.max(starts, time - (trailSeconds * k) / TRAIL));
      at(raid, i, then, now.trail, 3 * (i * (TRAIL + 1) + k));
    }
  }
}

/** The last event at or before a moment; -1 before the first. */
export function eventAt(events: { t: number }[], time: number): number {
  let low = -1, high = events.length;
  while (high - low > 1) { const middle = (low + high) >> 1; if (events[middle].t <= time + 1e-9) low = middle; else high = middle; }
  return low;
}

/** The value of a step function at a moment. */
export function stepAt(steps: [number, number][], time: number): number {
  const found = eventAt(steps.map(([t]) => ({ t })), time);
  return found < 0 ? (steps[0]?.[1] ?? 0) : steps[found][1];
}
