// The page that is shared: a run's map, one of its raids, its answer, and how to play it again. No server, no network.

import 'maplibre-gl/dist/maplibre-gl.css';
import '../app/app.css';
import { setWorkerUrl } from 'maplibre-gl';
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Answer, Provenance } from '../app/answer';
import type { Summary } from '../app/api';
import { Brand } from '../app/parts';
import { Player, Told, usePlayback, type Clock } from '../app/player';
import { FIRST_LOOK, Stage, type Look } from '../app/stage';
import type { Replay, Scene } from '../core/types';
import type { Viewer } from '../core/viewer';
import { day, plural } from '../core/words';

declare const __WORKER__: string;

// A classic worker: some browsers take no module from a blob on a page that was opened from disk.
setWorkerUrl(`${URL.createObjectURL(new Blob([__WORKER__], { type: 'text/javascript' }))}#x.cjs`);

interface Shared { scene: Scene; summary: Summary; replay: Replay | null; scenario: string; public: boolean; inside: string[]; left_out: string[]; world: unknown }

async function unpacked(): Promise<Shared> {
  const text = document.getElementById('crenel-data')!.textContent!.trim();
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text()) as Shared;
}

const TABS = ['Answer', 'Raid', 'About'] as const;
type Tab = (typeof TABS)[number];

function Page({ shared }: { shared: Shared }) {
  const { scene, summary, replay } = shared;
  const [tab, setTab] = useState<Tab>('Answer');
  const [look, setLook] = useState<Look>({ ...FIRST_LOOK, theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'day' });
  const [clock, setClock] = useState<Clock>({ time: replay?.starts_s ?? 0, playing: false, speed: 15 });
  const viewer = useRef<Viewer | null>(null);
  const showing = tab === 'Raid' && !!replay;
  usePlayback(replay, clock, setClock);
  useEffect(() => { viewer.current?.setReplay(showing ? replay : null); if (showing) viewer.current?.seek(clock.time); }, [showing]);
  useEffect(() => { if (showing) viewer.current?.seek(clock.time); }, [clock.time]);
  useEffect(() => { document.documentElement.dataset['theme'] = look.theme; }, [look.theme]);
  (window as unknown as Record<string, unknown>)['__crenel'] = { viewer, state: () => ({ ...viewer.current?.state(), tab, replay: replay ? { replicate: replay.replicate, leaks: replay.leaks } : null, leak: summary.leak.mean }) };
  const tabs = TABS.filter((name) => name !== 'Raid' || replay);
  return (
    <div class="frame">
      <div class="side">
        <header class="head">
          <div class="brand"><Brand /><span>crenel</span></div>
          <h1>{scene.title}</h1>
          <p class="dateline">{[scene.when && day(scene.when), plural(scene.units.length, 'unit'), `${scene.threats.toLocaleString('en')} threats`].filter(Boolean).join(' · ')}</p>
        </header>
        <div class="tabs" role="tablist" aria-label="Panels" onKeyDown={(event) => { const way = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0; if (way) { const next = tabs[(tabs.indexOf(tab) + way + tabs.length) % tabs.length]; setTab(next); document.getElementById(`tab-${next}`)?.focus(); } }}>
          {tabs.map((name) => <button key={name} id={`tab-${name}`} type="button" role="tab" aria-selected={tab === name} aria-controls="panel" tabIndex={tab === name ? 0 : -1} onClick={() => setTab(name)}>{name}</button>)}
        </div>
        <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
          {tab === 'Answer' && <Answer summary={summary} />}
          {tab === 'Raid' && replay && <Told replay={replay} state={clock} set={setClock} />}
          {tab === 'About' && <About shared={shared} />}
        </div>
      </div>
      <Stage scene={scene} world={() => Promise.resolve(shared.world)} look={look} setLook={setLook} replaying={showing} onViewer={(made) => { viewer.current = made; void made.ready.then(() => { (window as unknown as Record<string, unknown>)['__ready'] = true; }); }}>
        {showing && <Player replay={replay} state={clock} set={setClock} />}
      </Stage>
    </div>
  );
}

function About({ shared }: { shared: Shared }) {
  const save = (): void => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([shared.scenario], { type: 'text/yaml' }));
    link.download = 'scenario.yaml'; link.click();
  };
  return (
    <div>
      <p class="alone">{shared.summary.placards[0]}</p>
      <p>A simulation from published figures, not an observation of any real defence. It says what those figures imply for the raid that its author stated.</p>
      {shared.public && <p>Positions in this page are rounded, and the numbers are those of the rounded scenario.</p>}
      <Provenance summary={shared.summary} />
      <p><button type="button" class="button quiet" onClick={save}>Save the scenario</button></p>
      <h2>What is inside</h2>
      <ul class="things">{shared.inside.map((line) => <li key={line} class="small">{line}</li>)}</ul>
      {shared.left_out.length > 0 && <><h2>What was taken out</h2><ul class="things">{shared.left_out.map((line) => <li key={line} class="small">{line}</li>)}</ul></>}
      <h2>Sources</h2>
      <ul class="things">{(shared.summary.sources as { key: string; title: string; publisher: string; date: string; used: boolean }[]).filter((source) => source.used).map((source) => <li key={source.key} class="small">{[source.title, source.publisher, source.date].filter(Boolean).join(', ')}</li>)}</ul>
    </div>
  );
}

void unpacked().then((shared) => {
  document.title = `${shared.scene.title} · crenel`;
  render(<Page shared={shared} />, document.getElementById('app')!);
}).catch((error: unknown) => { document.getElementById('app')!.textContent = `This page is damaged: ${String(error)}`; });
