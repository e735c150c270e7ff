// Coverage: what is seen, held, reached and warned of, draped on the map.

import { useState } from 'preact/hooks';
import { keyOf, type View } from '../core/cover';
import { THEMES, type ThemeName } from '../core/themes';
import type { CoverMap, Scene } from '../core/types';
import { metres, percent, plural } from '../core/words';
import type { Job, Summary } from './api';
import { Rose, type Side } from './charts';
import { Progress } from './parts';

export interface CoverState { id: string; map: CoverMap; summary: Summary }

type Show = View['show'];
const SHOWS: [Show, string][] = [['sight', 'Line of sight'], ['reason', 'Why it is dark'], ['held', 'Held firmly'], ['time_left', 'Warning time'], ['reach', 'Reach of weapons'], ['engagements', 'Depth of fire']];
const KIND: Record<Show, string> = { sight: 'sight_height', reason: 'reason_any', held: 'p_held', time_left: 'time_left', reach: 'reach', engagements: 'engagements' };

export interface Wanted { show: Show; height_m: number; step: number; units: string[]; asset: string; threat: string }

export function firstWanted(map: CoverMap, scene: Scene): Wanted {
  const units = map.layers.filter((layer) => layer.kind === 'sight_height').map((layer) => layer.unit);
  const step = map.layers.find((layer) => layer.kind === 'reason_any');
  const asset = map.layers.find((layer) => layer.kind === 'p_held');
  return { show: 'sight', height_m: step?.height_m ?? 60, step: step?.height_m ?? 60, units, asset: asset?.asset ?? scene.assets[0]?.name ?? '', threat: step?.threat ?? '' };
}

/** The view that is asked for, and the layers that it needs. */
export function viewOf(wanted: Wanted, map: CoverMap): { view: View; needs: string[] } {
  const fits = map.layers.filter((layer) => layer.kind === KIND[wanted.show] && (!layer.asset || layer.asset === wanted.asset) && (!layer.threat || layer.threat === wanted.threat) && (layer.kind === 'sight_height' || layer.height_m === wanted.step));
  const sights = map.layers.filter((layer) => layer.kind === 'sight_height').map((layer) => layer.name);
  if (wanted.show === 'sight') return { view: { show: 'sight', height_m: wanted.height_m, units: wanted.units }, needs: sights };
  const why = map.layers.filter((layer) => layer.kind === 'reason' && layer.threat === wanted.threat && layer.height_m === wanted.step).map((layer) => layer.name);
  if (wanted.show === 'reach') { const layers = fits.filter((layer) => wanted.units.includes(layer.unit) || !layer.unit).map((layer) => layer.name); return { view: { show: 'reach', layers }, needs: layers }; }
  return { view: { show: wanted.show, layer: fits[0]?.name ?? '' }, needs: [...(fits[0] ? [fits[0].name] : []), ...(wanted.show === 'reason' ? [...sights, ...why] : [])] };
}

export function CoverPanel({ scene, job, start, stop, error, cover, wanted, want, theme, canStart }: {
  scene: Scene; job: Job | null; start: (heights: string[]) => void; stop: () => void; error: string; cover: CoverState | null; wanted: Wanted | null; want: (next: Wanted) => void; theme: ThemeName; canStart: boolean;
}) {
  const [heights, setHeights] = useState('30 m, 60 m, 120 m, 500 m');
  return (
    <div>
      {!cover && <p class="small">What each unit sees, holds on radar and can reach, and how much warning is left. No raid is played for it, and no dice are rolled.</p>}
      <div class="row">
        <label><span>Heights above ground</span><input type="text" value={heights} onInput={(event) => setHeights(event.currentTarget.value)} /></label>
        {job ? <button type="button" class="button quiet" onClick={stop}>Stop</button> : <button type="button" class="button" disabled={!canStart || scene.units.length === 0} onClick={() => start(heights.split(',').map((text) => text.trim()).filter(Boolean))}>{cover ? 'Again' : 'Work it out'}</button>}
      </div>
      {job && <Progress job={job} />}
      {error && <p class="wrong" role="alert">{error}</p>}
      {cover && wanted && <Covered scene={scene} cover={cover} wanted={wanted} want={want} theme={theme} />}
    </div>
  );
}

function Covered({ scene, cover, wanted, want, theme }: { scene: Scene; cover: CoverState; wanted: Wanted; want: (next: Wanted) => void; theme: ThemeName }) {
  const { map, summary } = cover;
  const steps = [...new Set(map.layers.filter((layer) => layer.kind === 'reason_any').map((layer) => layer.height_m))];
  const threats = [...new Set(map.layers.filter((layer) => layer.kind === 'reason_any').map((layer) => layer.threat))];
  const assets = [...new Set(map.layers.filter((layer) => layer.kind === 'p_held').map((layer) => layer.asset))];
  const sights = map.layers.filter((layer) => layer.kind === 'sight_height').map((layer) => layer.unit);
  const shooters = [...new Set(map.layers.filter((layer) => layer.kind === 'reach').map((layer) => layer.unit))];
  const named = wanted.show === 'reach' ? shooters : sights;
  const has = (show: Show): boolean => map.layers.some((layer) => layer.kind === KIND[show]);
  const { view } = viewOf(wanted, map);
  const threatName = (key: string): string => (summary.question.threats as { key: string; name: string }[]).find((one) => one.key === key)?.name ?? key;
  const shares = (summary.shares as { asset: string; threat: string; height_m: number; in_sight: number; held: number; near_m: number }[]).find((row) => row.asset === wanted.asset && row.threat === wanted.threat && row.height_m === wanted.step);
  const perAsset = ['held', 'time_left', 'reach', 'engagements'].includes(wanted.show);
  return (
    <div>
      <label><span>Show</span><select value={wanted.show} onChange={(event) => want({ ...wanted, show: event.currentTarget.value as Show })}>{SHOWS.filter(([show]) => has(show)).map(([show, words]) => <option key={show} value={show}>{words}</option>)}</select></label>
      {wanted.show === 'sight'
        ? <div class="height"><label><span>Height above ground</span><output data-test="height">{`${Math.round(wanted.height_m)} m`}</output>
            <input type="range" min="0" max="100" step="0.5" aria-valuetext={`${Math.round(wanted.height_m)} metres`} value={fromHeight(wanted.height_m)} onInput={(event) => want({ ...wanted, height_m: toHeight(Number(event.currentTarget.value)) })} /></label></div>
        : <div class="row"><label><span>Height above ground</span><select value={wanted.step} onChange={(event) => want({ ...wanted, step: Number(event.currentTarget.value) })}>{steps.map((step) => <option key={step} value={step}>{metres(step)}</option>)}</select></label>
            {threats.length > 1 && <label><span>Threat</span><select value={wanted.threat} onChange={(event) => want({ ...wanted, threat: event.currentTarget.value })}>{threats.map((key) => <option key={key} value={key}>{threatName(key)}</option>)}</select></label>}
            {perAsset && assets.length > 1 && <label><span>On its way to</span><select value={wanted.asset} onChange={(event) => want({ ...wanted, asset: event.currentTarget.value })}>{assets.map((name) => <option key={name}>{name}</option>)}</select></label>}</div>}
      {(wanted.show === 'sight' || wanted.show === 'reach') && named.length > 1 && <fieldset style={{ border: 0, padding: 0, margin: '8px 0' }}><legend class="small">Units that count</legend>
        {named.map((name) => <label class="tick" key={name}><input type="checkbox" checked={wanted.units.includes(name)} onChange={(event) => want({ ...wanted, units: event.currentTarget.checked ? [...wanted.units, name] : wanted.units.filter((other) => other !== name) })} /><span>{name}</span></label>)}</fieldset>}
      <ul class="key" aria-label="Key">{keyOf(view, map, THEMES[theme]).map((row) => <li key={row.words}><i style={{ background: row.colour }} />{row.words}</li>)}</ul>
      {shares && wanted.show !== 'sight' && <p class="lead" style={{ marginTop: '14px' }}>{`A ${threatName(wanted.threat)} ${metres(wanted.step)} up is in line of sight over ${percent(shares.in_sight)} of the area within ${metres(shares.near_m)} of ${wanted.asset}, and held firmly over ${percent(shares.held)}.`}</p>}
      <p class="small">Point at a place to see what hides it.</p>
      <Warning summary={summary} wanted={wanted} scene={scene} />
      <Gaps summary={summary} />
      <p class="small">{(summary.placards as string[])[0]}</p>
    </div>
  );
}

// The slider is finer near the ground, where everything happens: 0 to 3,000 m.
const toHeight = (at: number): number => Math.round(3000 * (at / 100) ** 2.4);
const fromHeight = (height: number): number => 100 * (height / 3000) ** (1 / 2.4);

function seconds(s: number): string { return s <= 0 ? 'none' : s < 90 ? `${Math.round(s)} s` : `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, '0')} s`; }

function Warning({ summary, wanted, scene }: { summary: Summary; wanted: Wanted; scene: Scene }) {
  const asset = wanted.asset || scene.assets[0]?.name;
  const rows = (summary.warning as { asset: string; threat: string; height_m: number; from_deg: number; to_deg: number; worst_s: number; warning_s: number; passes: boolean | null }[]).filter((row) => row.asset === asset && row.threat === wanted.threat && row.height_m === wanted.step);
  const seen = new Map<number, Side>();
  for (const row of rows) { const held = seen.get(row.from_deg); if (!held || row.warning_s < (held.value ?? 0)) seen.set(row.from_deg, { from_deg: row.from_deg, to_deg: row.to_deg, value: row.warning_s, told: seconds(row.warning_s), alarm: row.passes === false || row.warning_s <= 0 }); }
  if (!seen.size) return null;
  const most = Math.max(...[...seen.values()].map((side) => side.value ?? 0), 1);
  const least = [...seen.values()].reduce((a, b) => ((a.value ?? 0) <= (b.value ?? 0) ? a : b));
  return (
    <div>
      <h2>Warning at {asset}</h2>
      <Rose title={`Warning at ${asset}`} most={most} sides={[...seen.values()]} />
      <p class="small">{`From a firm track to arrival, ${metres(wanted.step)} up. Least from ${least.from_deg}–${least.to_deg}°: ${least.told}. The outer ring is ${seconds(most)}.`}</p>
    </div>
  );
}

function Gaps({ summary }: { summary: Summary }) {
  const gaps = summary.gaps as { asset: string; threat: string; height_m: number; kind: string; from_deg: number; to_deg: number; cause: string; remedy: string }[];
  return (
    <div>
      <h2>Open sides</h2>
      {gaps.length === 0 ? <p class="small">None of 15° or more at these heights.</p> : <ul class="things">{gaps.slice(0, 12).map((gap, i) => <li key={i}><strong>{`${gap.asset}, ${gap.from_deg}–${gap.to_deg}°, ${metres(gap.height_m)} up`}</strong><small>{gap.kind}: {gap.cause}</small><small>{gap.remedy}</small></li>)}</ul>}
      {gaps.length > 12 && <p class="small">{`and ${plural(gaps.length - 12, 'more side', 'more sides')}`}</p>}
    </div>
  );
}
