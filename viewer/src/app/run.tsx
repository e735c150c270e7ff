// A run: started, watched, stopped, gone on with; its answer; and the runs of before.

import { useState } from 'preact/hooks';
import type { Job, SoFar, State, Summary, Work } from './api';
import { Answer, Forming } from './answer';
import { Progress } from './parts';
import { significant } from '../core/words';

export interface RunState { id: string; summary: Summary | null; soFar: SoFar | null }

export function RunPanel({ state, run, job, error, canStart, start, stop, open, goOn, beside, setBeside }: {
  state: State; run: RunState | null; job: Job | null; error: string; canStart: boolean; start: (replicates: number, seed: number | null, doubt: number) => void; stop: () => void;
  open: (work: Work) => void; goOn: (work: Work) => void; beside: { id: string; summary: Summary } | null; setBeside: (id: string) => void;
}) {
  const [replicates, setReplicates] = useState('2000');
  const [seed, setSeed] = useState('');
  const [doubt, setDoubt] = useState('64');
  const runs = state.works.filter((work) => work.kind === 'run');
  const n = Number(replicates), s = seed.trim() === '' ? null : Number(seed);
  const fine = Number.isInteger(n) && n > 0 && (s === null || (Number.isInteger(s) && s >= 0));
  return (
    <div>
      <form class="row" onSubmit={(event) => { event.preventDefault(); if (fine && !job) start(n, s, Number(doubt)); }}>
        <label><span>Raids</span><input type="number" min="1" max="1000000000" value={replicates} onInput={(event) => setReplicates(event.currentTarget.value)} /></label>
        <label><span>Seed</span><input type="number" min="0" placeholder="the scenario’s" value={seed} onInput={(event) => setSeed(event.currentTarget.value)} /></label>
        <label><span>What is not published</span><select value={doubt} onChange={(event) => setDoubt(event.currentTarget.value)}><option value="64">varies, 64 settings</option><option value="0">at central figures</option></select></label>
        {job ? <button type="button" class="button quiet" onClick={stop}>Stop</button> : <button type="submit" class="button" disabled={!fine || !canStart}>Play it</button>}
      </form>
      {job && <Progress job={job} />}
      {error && <p class="wrong" role="alert">{error}</p>}
      {run?.summary ? <Answer summary={run.summary} beside={beside?.summary ?? null} /> : run?.soFar ? <Forming soFar={run.soFar} /> : !job && <p class="small">The raid is played many times, each with its own dice. The answer has three parts: what gets through whatever the missiles do; what gets through if each shot kills with a probability; and which probability would be enough.</p>}
      {run?.summary && beside && <Compared one={run.summary} two={beside.summary} />}
      {runs.length > 0 && <>
        <h2>Runs in this folder</h2>
        <ul class="things">
          {runs.slice(0, 60).map((work) => (
            <li key={work.id}>
              <button type="button" class="thing" aria-pressed={run?.id === work.id} onClick={() => open(work)}>
                <strong>{work.title || work.name}</strong>
                <small>{`${work.replicates.toLocaleString('en')} raids, seed ${work.seed}, #${work.hash}${work.complete ? '' : ', not complete'}`}</small>
              </button>
              {!work.complete && state.notes[work.id] && !job && <button type="button" class="link small" onClick={() => goOn(work)}>Go on with it</button>}
              {work.complete && run?.summary && run.id !== work.id && <button type="button" class="link small" onClick={() => setBeside(beside?.id === work.id ? '' : work.id)}>{beside?.id === work.id ? 'Take it away again' : 'Set it beside this one'}</button>}
            </li>
          ))}
        </ul>
      </>}
    </div>
  );
}

function Compared({ one, two }: { one: Summary; two: Summary }) {
  const rows: [string, (summary: Summary) => { mean: number; dice: [number, number] }][] = [
    ['Get through, every shot a kill', (summary) => summary.pk.floor], ['Get through as stated', (summary) => summary.leak], ['Raids without a leak', (summary) => summary.p_no_leak],
  ];
  const shown = (value: { mean: number; dice: [number, number] }): string => `${significant(value.mean)} (${significant(value.dice[0])}–${significant(value.dice[1])})`;
  return (
    <div>
      <h2>Side by side</h2>
      <table>
        <thead><tr><th /><th>{one.scenario.title}</th><th>{two.scenario.title}</th></tr></thead>
        <tbody>{rows.map(([words, of]) => <tr key={words}><td>{words}</td><td>{shown(of(one))}</td><td>{shown(of(two))}</td></tr>)}</tbody>
      </table>
      <p class="small" style={{ marginTop: '8px' }}>Each with its own interval by chance. `crenel compare` pairs the raids of two scenarios and says how sure the difference is.</p>
    </div>
  );
}
