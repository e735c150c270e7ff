// The words that people read: as in the report.

export const FATES: Record<string, string> = {
  leaked: 'got through', missile: 'shot down by missile', gun: 'shot down by gun',
  soft_kill: 'jammed (came down elsewhere)', own_failure: 'failed by itself',
};

export const CAUSES: Record<string, string> = {
  missed: 'shot at, not stopped', unseen: 'hidden by terrain, buildings or horizon',
  undetected: 'in view, never held on radar', out_of_reach: 'passed outside every envelope',
  too_late: 'reachable, not in time', saturated: 'everyone who could shoot was busy',
  held: 'rounds kept back', no_rounds: 'out of rounds',
};

export const FLOOR_CAUSES: Record<string, string> = { ...CAUSES, missed: 'shot at, out of sight before the hit' };

export const EVIDENCE: Record<string, string> = {
  official: 'officially acknowledged', verified: 'picture placed and dated by a named party', pictured: 'seen in pictures',
  reported: 'reported', claimed: 'claimed by a party', assumed: 'assumed',
};

export const GRADES: Record<string, string> = {
  measured: 'measured', manufacturer: 'manufacturer’s figure', press: 'press report', secondary: 'second-hand compilation',
  estimate: 'estimate', assumption: 'assumption',
};

/** How a unit’s mark is drawn for its evidence: filled, ringed, or ringed with dashes. */
export const FIRMNESS: Record<string, 'firm' | 'seen' | 'weak'> = {
  official: 'firm', verified: 'firm', pictured: 'seen', reported: 'seen', claimed: 'weak', assumed: 'weak',
};

export const REASONS: Record<string, [string, [number, number, number]]> = {
  visible: ['in view and strong enough', [38, 98, 158]],
  too_weak: ['in view, the echo or signal too weak', [158, 193, 224]],
  outside_limits: ['outside the elevation limits', [196, 178, 214]],
  beyond_instrumented: ['beyond the range that is shown', [178, 176, 168]],
  masked_by_building: ['hidden by a building', [168, 132, 92]],
  masked_by_terrain: ['hidden by terrain', [122, 106, 92]],
  below_horizon: ['below the horizon', [222, 170, 84]],
  no_data: ['no heights known', [120, 120, 120]],
};

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** "20 January 2023" for "2023-01-20". */
export function day(text: string): string {
  const found = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text);
  if (!found) return text;
  const month = MONTHS[Number(found[2]) - 1];
  return month ? `${found[3] ? `${Number(found[3])} ` : ''}${month} ${found[1]}` : text;
}

/** "1 unit", "3 units". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** "850 m", "1.2 km", "40 km". */
export function metres(length: number): string {
  if (Math.abs(length) < 1000) return `${Math.round(length)} m`;
  const km = length / 1000;
  return `${km < 10 ? Number(km.toFixed(1)) : Math.round(km)} km`;
}

/** "4:07" from seconds. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Two digits that matter: "1.3", "0.04", "12". */
export function significant(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 10) return value.toFixed(Math.abs(value) >= 100 ? 0 : 1).replace(/\.0$/, '');
  return String(Number(value.toPrecision(2)));
}

export function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return '<0.1 %';
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} %`;
}

/** What is burnt into every picture, line by line. */
export function strip(scene: { title: string; when: string; units: unknown[]; hash: string; attribution: string }): string[] {
  const n = scene.units.length;
  const alone = n === 0 ? 'no unit at all' : n === 1 ? 'this 1 unit alone' : `these ${n.toLocaleString('en')} units alone`;
  const dated = scene.when ? `evidence of ${day(scene.when)}` : 'evidence undated';
  const told = [scene.title, `Simulation from published figures · ${dated} · ${alone} · #${scene.hash.slice(0, 8)}`];
  if (scene.attribution) told.push(`Data: ${scene.attribution}`);
  return told;
}
