// The answer of a run in its three parts, whole or as it forms.

import type { SoFar, Summary } from './api';
import { Bars, Curve, type CurvePoint } from './charts';
import { CAUSES, EVIDENCE, FATES, FLOOR_CAUSES, GRADES, percent, plural, significant } from '../core/words';

const WHOLE_FATES: Record<string, string> = { leaked: 'var(--accent)', missile: 'var(--steel)', gun: 'var(--steel-2)', soft_kill: 'var(--steel-3)', own_failure: 'var(--grey)' };

function of(mean: number, high: number, threats: number): string {
  return mean === 0 ? `below ${significant(high)} of ${threats}` : `${significant(mean)} of ${threats}`;
}

function interval(low: number, high: number): string { return `95 % by chance: ${significant(low)} to ${significant(high)}`; }

interface Estimated { mean: number; dice: [number, number]; doubt?: [number, number] | null }

function doubtWords(found: Estimated): string {
  return found.doubt ? ` By what is not published: ${significant(found.doubt[0])} to ${significant(found.doubt[1])}.` : '';
}

function ranked(held: Record<string, number>, words: Record<string, string>): { label: string; value: number }[] {
  return Object.entries(words).map(([key, label]) => ({ label, value: held[key] ?? 0 })).filter((row) => row.value > 0).sort((a, b) => b.value - a.value);
}

function Floor({ mean, low, high, threats, causes, doubt = '' }: { mean: number; low?: number; high?: number; threats: number; causes: Record<string, number>; doubt?: string }) {
  const rows = ranked(causes, FLOOR_CAUSES);
  return (
    <section class="part">
      <h2><span class="step">1</span>Whatever the missiles do</h2>
      <p class="big"><strong>{mean === 0 && high !== undefined ? `<${significant(high)}` : significant(mean)}</strong><span>{`of ${threats} get through even if every shot kills`}</span></p>
      {low !== undefined && high !== undefined && <p class="small">{mean > 0 ? `${interval(low, high)}.` : ''}{doubt}</p>}
      {rows.length > 0 && <Bars most={threats} rows={rows.map((row) => ({ ...row, told: significant(row.value) }))} />}
    </section>
  );
}

export function Forming({ soFar }: { soFar: SoFar }) {
  if (!soFar.raids) return null;
  const points: CurvePoint[] = soFar.curve.map(([p, mean]) => ({ p, mean }));
  return (
    <div data-test="forming">
      <p class="small">{`So far, from ${plural(soFar.raids, 'raid')} of ${soFar.replicates.toLocaleString('en')}; intervals come with the last one.`}</p>
      <Floor mean={points[points.length - 1].mean} threats={soFar.threats} causes={soFar.floor_causes} />
      <section class="part">
        <h2><span class="step">2</span>If each shot kills with probability p</h2>
        <Curve points={points} threats={soFar.threats} />
      </section>
    </div>
  );
}

export function Answer({ summary, beside }: { summary: Summary; beside?: Summary | null }) {
  const n: number = summary.threats;
  const points: CurvePoint[] = summary.pk.curve.map(([p, mean, low, high]: number[]) => ({ p, mean, low, high }));
  const other: CurvePoint[] | undefined = beside ? beside.pk.curve.map(([p, mean]: number[]) => ({ p, mean: (mean * n) / beside.threats })) : undefined;
  const floor = summary.pk.floor, even = summary.pk.break_even;
  const armed = summary.pk.stated.length > 0;
  const reached: Record<string, string> = { always: 'everywhere in the bracket', 'within the bracket': 'inside the bracket: may be so', never: 'not in the bracket' };
  const goals: [string, string][] = [['half', 'half get through'], ['tenth', 'one in ten gets through'], ['none', 'none does, in half of all raids']];
  const fates = Object.entries(FATES).map(([key, label]) => ({ label, value: summary.fates[key] ?? 0, told: percent(summary.fates[key] ?? 0), colour: WHOLE_FATES[key] })).filter((row) => row.value > 0);
  const causes = ranked(summary.causes, CAUSES);
  const rungs = (summary.evidence?.ladder ?? []) as { status: string; label: string; units: number; leak: { mean: number; dice: [number, number] } | null; note: string }[];
  return (
    <div data-test="answer">
      <p class="alone">{summary.placards[0]}</p>
      <Floor mean={floor.mean} low={floor.dice[0]} high={floor.dice[1]} threats={n} causes={floor.causes} doubt={doubtWords(floor)} />
      <section class="part">
        <h2><span class="step">2</span>If each shot kills with probability p</h2>
        <Curve points={points} threats={n} bracket={armed ? summary.pk.bracket : undefined} other={other} doubt={summary.pk.curve_doubt} />
        {armed
          ? <p class="small">{`What is published or assumed for these weapons lies from ${summary.pk.bracket[0]} to ${summary.pk.bracket[1]} (${GRADES[summary.pk.grade] ?? summary.pk.grade} at worst). ${summary.doubts?.n_doubt ? 'Over all of it' : 'At the stated values'}, ${of(summary.leak.mean, summary.leak.dice[1], n)} get through.${doubtWords(summary.leak)}`}</p>
          : <p class="small">No weapon here works against anything that comes.</p>}
        {other && <p class="small">{`Dashed: ${beside.scenario.title}, as a share of ${n}.`}</p>}
      </section>
      <section class="part">
        <h2><span class="step">3</span>Break-even</h2>
        <table>
          <thead><tr><th>So that at most</th><th class="n">p is at least</th><th>and p may be</th></tr></thead>
          <tbody>{goals.map(([key, words]) => <tr key={key}><td>{words}</td><td class="n"><b>{even[key] === null || even[key] === undefined ? 'no p' : Number(even[key]).toFixed(2)}</b></td><td>{reached[even.reached?.[key]] ?? ''}</td></tr>)}</tbody>
        </table>
      </section>
      <Doubts summary={summary} />
      <h2>What became of each threat</h2>
      <p class="small">{summary.doubts?.n_doubt ? 'Over all that is not published' : 'At the stated kill probabilities'}; shares of all threats. Stopped is not harmless: what is shot down comes down somewhere.</p>
      <Bars most={1} rows={fates} />
      {causes.length > 0 && <><h2>Why they got through</h2><Bars most={Math.max(...causes.map((row) => row.value))} rows={causes.map((row) => ({ ...row, told: percent(row.value) }))} /></>}
      <h2>From where</h2>
      <table>
        <thead><tr><th>Side</th><th class="n">of the raid</th><th class="n">gets through</th></tr></thead>
        <tbody>{summary.sectors.map((side: { from_deg: number; to_deg: number; share_of_threats: number; leak_share: { mean: number } }) => <tr key={side.from_deg}><td>{`${side.from_deg}–${side.to_deg}°`}</td><td class="n">{percent(side.share_of_threats)}</td><td class="n">{percent(side.leak_share.mean)}</td></tr>)}</tbody>
      </table>
      {rungs.length > 0 && <>
        <h2>How firm is the evidence</h2>
        <table>
          <thead><tr><th>If only these count</th><th class="n">units</th><th class="n">get through</th></tr></thead>
          <tbody>{rungs.map((rung) => <tr key={rung.status}><td>{rung.label || EVIDENCE[rung.status]}</td><td class="n">{rung.leak ? rung.units : '–'}</td><td class="n">{rung.leak ? significant(rung.leak.mean) : <span class="small">{rung.note || 'adds none'}</span>}</td></tr>)}</tbody>
        </table>
      </>}
      <h2>What this cannot show</h2>
      <ul class="things">{(summary.placards as string[]).slice(1).map((text) => <li key={text} class="small">{text}</li>)}</ul>
      <Provenance summary={summary} />
    </div>
  );
}

function Doubts({ summary }: { summary: Summary }) {
  const { doubts } = summary;
  if (!doubts?.n_doubt) return null;
  const n: number = summary.threats, values = doubts.without_chance as number[];
  const named = (doubts.goes_with as { name: string; rank_correlation: number }[]).slice(0, 5);
  const x = (value: number): number => 8 + (344 * value) / n;
  return (
    <div>
      <h2>Doubt</h2>
      <p class="small">{`Each dot is one of ${doubts.n_doubt} settings of ${doubts.varied} figures that nobody published: how many of ${n} get through there, chance taken out. No confidence interval.`}</p>
      <svg class="chart" viewBox="0 0 360 56" role="img" aria-label={`Over the doubts from ${significant(values[0])} to ${significant(values[values.length - 1])} of ${n} get through`}>
        <line class="axis" x1="8" x2="352" y1="38" y2="38" />
        {values.map((value, i) => <circle key={i} cx={x(Math.max(0, value))} cy={30 - 5 * (i % 4)} r="2.4" fill="var(--steel)" opacity="0.65" />)}
        {(['favourable', 'adverse'] as const).map((name) => doubts.corners?.[name] && <line key={name} class="cursor" x1={x(doubts.corners[name].leak)} x2={x(doubts.corners[name].leak)} y1="8" y2="38" stroke-dasharray="2 2" />)}
        <text x="8" y="52">0</text><text x="352" y="52" text-anchor="end">{n}</text>
      </svg>
      {named.length > 0 && <><p class="small">What goes with it most (rank correlation with what gets through):</p><table><tbody>{named.map((row) => <tr key={row.name}><td>{row.name}</td><td class="n">{row.rank_correlation.toFixed(2)}</td></tr>)}</tbody></table></>}
    </div>
  );
}

export function Provenance({ summary }: { summary: Summary }) {
  return (
    <dl class="card" data-test="provenance">
      <dt>Made with</dt><dd>{`crenel ${summary.crenel}, results format ${summary.results}`}</dd>
      <dt>Raids and seed</dt><dd>{`${summary.replicates.toLocaleString('en')} raids, seed ${summary.seed}`}</dd>
      <dt>Play it again</dt><dd>{`crenel run scenario.yaml -n ${summary.replicates} --seed ${summary.seed} --doubt ${summary.doubts?.n_doubt ?? 0}`}</dd>
      <dt>Scenario hash</dt><dd>{summary.scenario.hash}</dd>
      <dt>Rests on</dt><dd>{`${plural(summary.figures.length, 'figure')}, the weakest ${GRADES[summary.weakest_grade] ?? summary.weakest_grade}; ${plural(summary.sources.filter((source: { used: boolean }) => source.used).length, 'source')}`}</dd>
      {summary.place?.attribution && <><dt>Data of the place</dt><dd>{summary.place.attribution}</dd></>}
    </dl>
  );
}
