// The scenario: what stands and what comes, and its text.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Scene } from '../core/types';
import { day, EVIDENCE, metres, plural } from '../core/words';
import type { Complaint, State, Summary } from './api';

export function ScenarioPanel({ state, current, open, scene, check, chosen, choose, text, setText, saved, save, complaints }: {
  state: State; current: string; open: (key: string) => void; scene: Scene | null; check: Summary | null; chosen: number; choose: (unit: number) => void;
  text: string; setText: (text: string) => void; saved: boolean; save: (name: string) => void; complaints: Complaint[];
}) {
  const [writing, setWriting] = useState(false);
  return (
    <div>
      <label><span>Scenario</span>
        <select value={current} onChange={(event) => open(event.currentTarget.value)}>
          {!state.scenarios.some((one) => one.key === current) && <option value={current}>{current ? 'a run’s own' : ''}</option>}
          {state.scenarios.map((one) => <option key={one.key} value={one.key}>{one.key.startsWith('example:') ? `Example: ${one.title}` : one.name}</option>)}
        </select>
      </label>
      <div class="row">
        <button type="button" class="button quiet" aria-pressed={writing} onClick={() => setWriting(!writing)}>{writing ? 'Back to the list' : 'Edit its text'}</button>
        {writing && <SaveButton current={current} saved={saved} save={save} state={state} />}
      </div>
      {complaints.length > 0 && !writing && <p class="wrong">{complaints[0].message}</p>}
      {writing ? <Editor text={text} setText={setText} complaints={complaints} /> : scene && <Listed scene={scene} check={check} chosen={chosen} choose={choose} />}
    </div>
  );
}

function SaveButton({ current, saved, save, state }: { current: string; saved: boolean; save: (name: string) => void; state: State }) {
  const isFile = current.startsWith('file:');
  const free = useMemo(() => {
    const base = current.replace(/^[a-z]+:/, '').replace(/\.ya?ml$/, '') || 'scenario';
    const taken = new Set(state.scenarios.map((one) => one.key));
    let name = `${base}.yaml`;
    for (let i = 2; taken.has(`file:${name}`); i++) name = `${base}-${i}.yaml`;
    return name;
  }, [current, state]);
  const [name, setName] = useState(free);
  useEffect(() => setName(free), [free]);
  if (isFile) return <button type="button" class="button" disabled={saved} onClick={() => save(current.slice(5))}>{saved ? 'Saved' : 'Save'}</button>;
  return <><label><span class="sr">File name</span><input type="text" value={name} onInput={(event) => setName(event.currentTarget.value)} /></label><button type="button" class="button" onClick={() => save(name)}>Save a copy</button></>;
}

function Editor({ text, setText, complaints }: { text: string; setText: (text: string) => void; complaints: Complaint[] }) {
  const area = useRef<HTMLTextAreaElement>(null), gutter = useRef<HTMLPreElement>(null);
  const lines = text.split('\n').length;
  const wrong = new Set(complaints.map((one) => one.line));
  const jump = (line: number): void => {
    const before = text.split('\n').slice(0, Math.max(0, line - 1)).join('\n').length + (line > 1 ? 1 : 0);
    area.current?.focus();
    area.current?.setSelectionRange(before, before);
    if (area.current) area.current.scrollTop = Math.max(0, (line - 6) * 18);
  };
  return (
    <div>
      <div class="editor">
        <pre ref={gutter} aria-hidden="true">{Array.from({ length: lines }, (_, i) => (wrong.has(i + 1) ? <b key={i}>{`${i + 1}\n`}</b> : `${i + 1}\n`))}</pre>
        <textarea ref={area} aria-label="Text of the scenario" spellcheck={false} wrap="off" value={text} onInput={(event) => setText(event.currentTarget.value)} onScroll={(event) => { if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop; }} />
      </div>
      <div role="alert">{complaints.length > 0 && <ul class="complaints">{complaints.map((one, i) => <li key={i}>{one.message} {one.line > 0 && <button type="button" class="link" onClick={() => jump(one.line)}>{`Go to line ${one.line}`}</button>}</li>)}</ul>}</div>{complaints.length === 0 && <p class="small" style={{ marginTop: '8px' }}>Nothing is wrong with it; the map shows what it says.</p>}
    </div>
  );
}

function Listed({ scene, check, chosen, choose }: { scene: Scene; check: Summary | null; chosen: number; choose: (unit: number) => void }) {
  return (
    <div>
      {scene.note && <p class="small">{scene.note}</p>}
      <h2>Defence</h2>
      <ul class="things">
        {scene.units.slice(0, 200).map((unit, index) => (
          <li key={index}>
            <button type="button" class="thing" aria-pressed={chosen === index} onClick={() => choose(chosen === index ? -1 : index)}>
              <strong>{unit.name}</strong>
              <small>{unit.system_name}{unit.mounted_m ? `, ${metres(unit.mounted_m)} up` : ''}{unit.position_error_m ? `, position ± ${metres(unit.position_error_m)}` : ''}</small>
              <small>{EVIDENCE[unit.evidence.status] ?? unit.evidence.status}{unit.evidence.seen ? `, ${day(unit.evidence.seen)}` : ''}{unit.evidence.identified ? `; type ${unit.evidence.identified}` : ''}</small>
            </button>
            {chosen === index && unit.evidence.note && <small style={{ marginTop: '4px' }}>{unit.evidence.note}</small>}
          </li>
        ))}
        {scene.units.length > 200 && <li class="small">{`and ${(scene.units.length - 200).toLocaleString('en')} more`}</li>}
        {scene.units.length === 0 && <li class="small">No unit at all.</li>}
      </ul>
      <h2>What is defended</h2>
      <ul class="things">{scene.assets.map((asset) => <li key={asset.name}><strong>{asset.name}</strong><small>{`got through within ${metres(asset.radius_m)}; ${plural(asset.threats, 'threat')} sent against it`}</small></li>)}</ul>
      <h2>What comes</h2>
      <ul class="things">{scene.groups.map((group) => <li key={group.name}><strong>{`${group.count.toLocaleString('en')} × ${group.threat_name}`}</strong><small>{`to ${group.to}, from ${group.from_deg[1] - group.from_deg[0] >= 360 ? 'all sides' : `${Math.round(group.from_deg[0])}–${Math.round(group.from_deg[1])}°`}, ${Math.round(group.height_m[0])}–${Math.round(group.height_m[1])} m above ground, begins ${metres(Math.max(...group.starts_m))} away`}</small></li>)}</ul>
      <p class="small" style={{ marginTop: '10px' }}>The raid is stated by whoever wrote the scenario, not predicted.</p>
      {check && <Leans check={check} />}
    </div>
  );
}

function Leans({ check }: { check: Summary }) {
  const total = Object.values(check.n_figures as Record<string, number>).reduce((a, b) => a + b, 0);
  return (
    <details>
      <summary>{`Leans on ${plural(total, 'figure')}; ${check.n_figures.assumption ?? 0} of them are assumptions`}</summary>
      <ul class="things">{(check.assumptions as { figure: string; value: number; low: number; high: number; unit: string; note: string }[]).map((row) => <li key={row.figure}><strong>{row.figure}</strong><small>{`${row.value} ${row.unit === '1' ? '' : row.unit}${row.low !== row.high ? ` (${row.low} to ${row.high})` : ''}. ${row.note}`}</small></li>)}</ul>
    </details>
  );
}
