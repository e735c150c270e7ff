// The clock of a replay: on the map its controls, beside it what happens.

import { useEffect, useRef } from 'preact/hooks';
import type { Replay } from '../core/types';
import { eventAt } from '../core/raid';
import { CAUSES, clock, FATES, plural } from '../core/words';
import { Load } from './charts';

export const SPEEDS = [1, 5, 15, 30, 60];

export interface Clock { time: number; playing: boolean; speed: number }

export function usePlayback(replay: Replay | null, state: Clock, set: (next: Clock) => void): void {
  const held = useRef(state);
  held.current = state;
  useEffect(() => {
    if (!replay || !state.playing) return undefined;
    let before = performance.now(), frame = 0;
    const tick = (now: number): void => {
      const elapsed = Math.min(0.25, (now - before) / 1000);
      before = now;
      const time = Math.min(replay.ends_s, held.current.time + elapsed * held.current.speed);
      set({ ...held.current, time, playing: time < replay.ends_s });
      if (time < replay.ends_s) frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [replay, state.playing, state.speed]);
}

export function Player({ replay, state, set }: { replay: Replay; state: Clock; set: (next: Clock) => void }) {
  const { starts_s: from, ends_s: to, events } = replay;
  const last = eventAt(events, state.time);
  const step = (way: 1 | -1): void => {
    let index = way > 0 ? last + 1 : last;
    if (way < 0) while (index >= 0 && events[index].t >= state.time - 1e-6) index--;
    const goal = events[index]?.t ?? (way > 0 ? to : from);
    set({ ...state, time: goal, playing: false });
  };
  const play = (): void => set({ ...state, playing: !state.playing, time: !state.playing && state.time >= to ? from : state.time });
  return (
    <div class="player" role="group" aria-label="Replay">
      <div class="says" aria-live="off">{last >= 0 ? events[last].says : 'Before the raid'}</div>
      <div class="dots" aria-hidden="true">{events.filter((event) => ['kill', 'leak', 'jammed', 'failed'].includes(event.kind)).slice(0, 400).map((event, i) => <i key={i} class={event.kind === 'leak' ? 'leak' : ''} style={{ left: `${(100 * (event.t - from)) / Math.max(1, to - from)}%` }} />)}</div>
      <input type="range" aria-label="Time" min={from} max={to} step="any" value={state.time} aria-valuetext={clock(state.time - from)} onInput={(event) => set({ ...state, time: Number(event.currentTarget.value) })} style={{ width: '100%' }} />
      <div class="buttons">
        <button type="button" class="main" onClick={play}>{state.playing ? 'Pause' : 'Play'}</button>
        <button type="button" aria-label="Event before" onClick={() => step(-1)}>‹</button>
        <button type="button" aria-label="Next event" onClick={() => step(1)}>›</button>
        <span class="clock">{clock(state.time - from)} <small>{`/ ${clock(to - from)}`}</small></span>
        <span class="small hide-small" style={{ flex: 1 }}>{`${replay.leaks} of ${replay.threats.length} get through`}</span>
        <label><span class="sr">Speed</span>
          <select value={state.speed} onChange={(event) => set({ ...state, speed: Number(event.currentTarget.value) })}>{SPEEDS.map((speed) => <option key={speed} value={speed}>{`× ${speed}`}</option>)}</select>
        </label>
      </div>
    </div>
  );
}

export function Told({ replay, state, set }: { replay: Replay; state: Clock; set: (next: Clock) => void }) {
  const list = useRef<HTMLOListElement>(null);
  const last = eventAt(replay.events, state.time);
  useEffect(() => {
    const item = list.current?.children[Math.max(0, last)] as HTMLElement | undefined;
    if (item && list.current) list.current.scrollTop = item.offsetTop - list.current.clientHeight / 2;
  }, [last]);
  const counts = new Map<string, number>();
  for (const threat of replay.threats) counts.set(threat.fate, (counts.get(threat.fate) ?? 0) + 1);
  const fates = Object.entries(FATES).filter(([key]) => counts.has(key)).map(([key, words]) => `${counts.get(key)} ${words}`).join(', ');
  const causes = new Map<string, number>();
  for (const threat of replay.threats) if (threat.fate === 'leaked') causes.set(threat.cause, (causes.get(threat.cause) ?? 0) + 1);
  return (
    <div data-test="told">
      <p class="lead">{`Raid ${replay.replicate.toLocaleString('en')}${replay.why ? `, ${replay.why}` : ''}: ${replay.leaks} of ${plural(replay.threats.length, 'threat')} ${replay.leaks === 1 ? 'gets' : 'get'} through.`}</p>
      <p class="small">{`${fates}.`}{causes.size > 0 && ` Got through: ${[...causes].map(([cause, n]) => `${n} ${CAUSES[cause] ?? cause}`).join(', ')}.`} One raid of many; one set of dice.</p>
      {!replay.complete && <p class="small">Tracks and launches are not in this record: only where each threat flew and what became of it.</p>}
      {replay.complete && replay.units.map((unit, index) => <div key={unit.name}><h3>{unit.name}</h3><Load replay={replay} unit={index} time={state.time} /></div>)}
      <h2>What happens</h2>
      <ol class="events" ref={list} aria-label="Events" tabIndex={0}>
        {replay.events.map((event, index) => (
          <li key={index} class={`${index <= last ? 'past' : ''} ${event.kind === 'leak' ? 'leak' : ''}`} aria-current={index === last ? 'true' : undefined}>
            <button type="button" tabIndex={-1} onClick={() => set({ ...state, time: event.t, playing: false })}><time>{clock(event.t - replay.starts_s)}</time><span>{event.says}</span></button>
          </li>
        ))}
      </ol>
    </div>
  );
}
