// Pictures of an answer, as SVG.

import type { Replay } from '../core/types';
import { stepAt } from '../core/raid';
import { significant } from '../core/words';

export function Bars({ rows, most, unit = '' }: { rows: { label: string; value: number; told: string; colour?: string }[]; most: number; unit?: string }) {
  return (
    <dl class="bars">
      {rows.map((row) => (
        <div key={row.label}>
          <dt>{row.label}</dt>
          <dd>{row.told}{unit}</dd>
          <i style={{ '--share': `${most > 0 ? Math.min(100, (100 * row.value) / most) : 0}%`, ...(row.colour ? { '--bar': row.colour } : {}) }} aria-hidden="true" />
        </div>
      ))}
    </dl>
  );
}

export interface CurvePoint { p: number; mean: number; low?: number; high?: number }

export function Curve({ points, threats, bracket, marks = [], other, doubt }: { points: CurvePoint[]; threats: number; bracket?: [number, number]; marks?: { p: number; label: string }[]; other?: CurvePoint[]; doubt?: [number, number, number][] }) {
  const w = 360, h = 210, left = 30, right = 10, top = 12, bottom = 34;
  const x = (p: number) => left + p * (w - left - right);
  const y = (n: number) => top + (1 - n / threats) * (h - top - bottom);
  const line = (list: CurvePoint[]) => list.map((at, i) => `${i ? 'L' : 'M'}${x(at.p).toFixed(1)} ${y(at.mean).toFixed(1)}`).join('');
  const banded = points.every((at) => at.low !== undefined);
  const band = banded ? `M${points.map((at) => `${x(at.p)} ${y(at.high!)}`).join('L')}L${[...points].reverse().map((at) => `${x(at.p)} ${y(at.low!)}`).join('L')}Z` : '';
  const told = points.map((at) => `${at.p.toFixed(1)}: ${significant(at.mean)}`).join(', ');
  return (
    <svg class="chart" viewBox={`0 0 ${w} ${h}`} role="img" aria-label={`How many of ${threats} get through against the kill probability of one shot: ${told}`}>
      {bracket && <rect class="bracket" x={x(bracket[0])} y={top} width={Math.max(1, x(bracket[1]) - x(bracket[0]))} height={h - top - bottom} />}
      {bracket && <text x={x((bracket[0] + bracket[1]) / 2)} y={top + 12} text-anchor="middle">where p may lie</text>}
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line class="axis" x1={left} x2={w - right} y1={y(share * threats)} y2={y(share * threats)} />
          <text x={left - 6} y={y(share * threats) + 4} text-anchor="end">{significant(share * threats)}</text>
        </g>
      ))}
      {[0, 0.2, 0.4, 0.6, 0.8, 1].map((p) => <text key={p} x={x(p)} y={h - bottom + 15} text-anchor="middle">{p}</text>)}
      <text x={x(0.5)} y={h - 3} text-anchor="middle">if each shot kills with probability p</text>
      {doubt && doubt.length > 1 && <path class="doubt" d={`M${doubt.map(([p, , high]) => `${x(p)} ${y(high)}`).join('L')}L${[...doubt].reverse().map(([p, low]) => `${x(p)} ${y(low)}`).join('L')}Z`} />}
      {banded && <path class="band" d={band} />}
      {other && <path class="line" d={line(other)} style={{ stroke: 'var(--steel)', strokeDasharray: '5 3' }} />}
      <path class="line" d={line(points)} />
      {marks.map((mark) => <g key={mark.label}><circle class="mark" cx={x(mark.p)} cy={y(valueAt(points, mark.p))} r="3.5" /></g>)}
      <circle class="mark" cx={x(1)} cy={y(points[points.length - 1]?.mean ?? 0)} r="4" />
    </svg>
  );
}

function valueAt(points: CurvePoint[], p: number): number {
  for (let i = 1; i < points.length; i++) {
    if (p <= points[i].p) { const a = points[i - 1], b = points[i]; return a.mean + ((p - a.p) / (b.p - a.p)) * (b.mean - a.mean); }
  }
  return points[points.length - 1]?.mean ?? 0;
}

/** Busy channels and rounds left of one unit against time, with the moment that is shown. */
export function Load({ replay, unit, time }: { replay: Replay; unit: number; time: number }) {
  const { busy, left, channels, rounds } = replay.units[unit];
  const w = 360, h = 46, from = replay.starts_s, to = Math.max(replay.ends_s, from + 1);
  const x = (t: number) => ((t - from) / (to - from)) * w;
  const path = (steps: [number, number][], most: number, close: boolean) => {
    const y = (n: number) => h - 2 - (n / Math.max(1, most)) * (h - 8);
    let d = `M0 ${y(steps[0]?.[1] ?? 0)}`;
    for (const [t, n] of steps) d += `H${x(t).toFixed(1)}V${y(n).toFixed(1)}`;
    d += `H${w}`;
    return close ? `${d}V${h - 2}H0Z` : d;
  };
  const busyNow = stepAt(busy, time), leftNow = stepAt(left, time);
  return (
    <div>
      <div class="small">{`${busyNow} of ${channels} ${channels === 1 ? 'channel' : 'channels'} busy`}{rounds > 0 ? ` · ${leftNow} of ${rounds} missiles left` : ''}</div>
      <svg class="chart" viewBox={`0 0 ${w} ${h}`} role="img" aria-label={`Busy channels, and missiles left, of ${replay.units[unit].name} against time`}>
        <line class="axis" x1="0" x2={w} y1={h - 2} y2={h - 2} />
        <path class="area" d={path(busy, channels, true)} />
        {rounds > 0 && <path class="step" d={path(left, rounds, false)} />}
        <line class="cursor" x1={x(time)} x2={x(time)} y1="0" y2={h} />
      </svg>
    </div>
  );
}

export interface Side { from_deg: number; to_deg: number; value: number | null; told: string; alarm?: boolean }

/** Values of sides around an asset, as a rose: north is up. */
export function Rose({ sides, most, title }: { sides: Side[]; most: number; title: string }) {
  const r = 84, c = 112;
  const point = (deg: number, radius: number) => `${(c + radius * Math.sin((deg * Math.PI) / 180)).toFixed(1)} ${(c - radius * Math.cos((deg * Math.PI) / 180)).toFixed(1)}`;
  return (
    <svg class="chart compass" viewBox="0 0 224 224" role="img" aria-label={`${title}: ${sides.map((side) => `${side.from_deg} to ${side.to_deg} degrees ${side.told}`).join('; ')}`}>
      {[0.5, 1].map((share) => <circle key={share} class="axis" cx={c} cy={c} r={r * share} fill="none" />)}
      {sides.map((side) => {
        const radius = Math.max(2, (r * Math.min(side.value ?? 0, most)) / Math.max(most, 1e-9));
        const wide = side.to_deg - side.from_deg > 180 ? 1 : 0;
        return <path key={side.from_deg} d={`M${c} ${c}L${point(side.from_deg + 0.8, radius)}A${radius} ${radius} 0 ${wide} 1 ${point(side.to_deg - 0.8, radius)}Z`} fill={side.alarm ? 'var(--accent)' : 'var(--steel)'} opacity="0.85"><title>{`${side.from_deg}–${side.to_deg}°: ${side.told}`}</title></path>;
      })}
      {['N', 'E', 'S', 'W'].map((name, i) => <text key={name} class="strong" x={c + 98 * Math.sin((i * Math.PI) / 2)} y={c - 98 * Math.cos((i * Math.PI) / 2) + 4} text-anchor="middle">{name}</text>)}
    </svg>
  );
}
