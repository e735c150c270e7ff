// Which raid is shown, and what happens in it.

import { useState } from 'preact/hooks';
import type { Replay } from '../core/types';
import { CAUSES, plural } from '../core/words';
import type { Job, Raids } from './api';
import { Progress } from './parts';
import { Told, type Clock } from './player';

export function ReplayPanel({ raids, hasRun, job, error, load, replay, clock, setClock }: {
  raids: Raids | null; hasRun: boolean; job: Job | null; error: string; load: (which: string) => void; replay: Replay | null; clock: Clock; setClock: (next: Clock) => void;
}) {
  const [number, setNumber] = useState('0');
  if (!hasRun) return <p class="small">Play a raid first, or open a run: then any of its raids can be watched here.</p>;
  return (
    <div>
      <div class="row">
        <button type="button" class="button" disabled={!!job} onClick={() => load('typical')}>A typical raid</button>
        <button type="button" class="button" disabled={!!job} onClick={() => load('worst')}>The worst</button>
      </div>
      {raids && raids.causes.length > 0 && <>
        <h3>One where this decides</h3>
        <ul class="things">{raids.causes.map((row) => <li key={row.cause}><button type="button" class="thing" disabled={!!job} onClick={() => load(`cause:${row.cause}`)}><strong>{CAUSES[row.cause] ?? row.cause}</strong><small>{`raid ${row.replicate.toLocaleString('en')}: ${plural(row.leaks, 'threat')} got through so`}</small></button></li>)}</ul>
      </>}
      {raids && <form class="row" onSubmit={(event) => { event.preventDefault(); load(number); }}>
        <label><span>{`Or raid number, 0 to ${(raids.replicates - 1).toLocaleString('en')}`}</span><input type="number" min="0" max={raids.replicates - 1} value={number} onInput={(event) => setNumber(event.currentTarget.value)} /></label>
        <button type="submit" class="button quiet" disabled={!!job}>Show it</button>
      </form>}
      {job && <Progress job={job} />}
      {error && <p class="wrong" role="alert">{error}</p>}
      {replay && <><hr style={{ border: 0, borderTop: '2px solid var(--ink)', margin: '20px 0 14px' }} /><Told replay={replay} state={clock} set={setClock} /></>}
    </div>
  );
}
