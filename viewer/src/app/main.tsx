// The app: one scenario, its coverage, its runs.

import 'maplibre-gl/dist/maplibre-gl.css';
import './app.css';
import { setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { render } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Loaded } from '../core/cover';
import type { Replay, Scene } from '../core/types';
import type { UnitKind } from '../core/symbols';
import type { Viewer } from '../core/viewer';
import { day, plural } from '../core/words';
import { api, follow, Refused, type Complaint, type Job, type Raids, type State, type Summary, type Work } from './api';
import { bench } from './bench';
import { CoverPanel, firstWanted, viewOf, type CoverState, type Wanted } from './cover';
import { Brand } from './parts';
import { Player, usePlayback, type Clock } from './player';
import { ReplayPanel } from './replay';
import { RunPanel, type RunState } from './run';
import { ScenarioPanel } from './scenario';
import { SharePanel, type Shared } from './share';
import { FIRST_LOOK, Stage, type Look } from './stage';

setWorkerUrl(workerUrl);

const TABS = ['Scenario', 'Coverage', 'Run', 'Replay', 'Share'] as const;
type Tab = (typeof TABS)[number];
const LOOK_KEY = 'crenel-look';
const world = (): Promise<unknown> => import('world-atlas/countries-50m.json').then((found) => found.default);
const app6Mark = (kind: UnitKind): Promise<ImageData> => import('../core/app6').then((found) => found.app6Mark(kind));
const told = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function remembered(): Look {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  try { return { ...FIRST_LOOK, theme: dark ? 'night' : 'day', ...(JSON.parse(localStorage.getItem(LOOK_KEY) ?? '{}') as Partial<Look>) }; } catch { return FIRST_LOOK; }
}

function App() {
  const [state, setState] = useState<State | null>(null);
  const [tab, setTab] = useState<Tab>('Scenario');
  const [look, setLook] = useState<Look>(remembered);
  const [key, setKey] = useState('');
  const [text, setText] = useState('');
  const [savedText, setSavedText] = useState('');
  const [scene, setScene] = useState<Scene | null>(null);
  const [check, setCheck] = useState<Summary | null>(null);
  const [complaints, setComplaints] = useState<Complaint[]>([]);
  const [chosen, setChosen] = useState(-1);
  const [jobs, setJobs] = useState<Record<string, Job>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [run, setRun] = useState<RunState | null>(null);
  const [beside, setBeside] = useState<{ id: string; summary: Summary } | null>(null);
  const [cover, setCover] = useState<CoverState | null>(null);
  const [wanted, want] = useState<Wanted | null>(null);
  const [loaded, setLoaded] = useState<Map<string, Loaded>>(new Map());
  const [raids, setRaids] = useState<Raids | null>(null);
  const [replay, setReplay] = useState<Replay | null>(null);
  const [clock, setClock] = useState<Clock>({ time: 0, playing: false, speed: 15 });
  const [shared, setShared] = useState<Shared | null>(null);
  const viewer = useRef<Viewer | null>(null);
  const [fatal, setFatal] = useState('');

  const fail = (what: string, error: unknown): void => setErrors((held) => ({ ...held, [what]: told(error) }));
  const clear = (what: string): void => setErrors(({ [what]: _, ...rest }) => rest);
  const refresh = useCallback(async () => { const found = await api.state(); setState(found); return found; }, []);

  // --- opening ---

  const open = useCallback(async (next: string): Promise<void> => {
    setKey(next); setCover(null); want(null); setReplay(null); setRun(null); setRaids(null); setBeside(null); setShared(null); setChosen(-1); setErrors({});
    try {
      const found = await api.scenario(next);
      setText(found.text); setSavedText(found.text);
      const seen = await api.look(next, found.text);
      setScene(seen.scene); setCheck(seen.check); setComplaints([]);
    } catch (error) { setComplaints(error instanceof Refused && error.complaints.length ? error.complaints : [{ message: told(error), line: 0, column: 0 }]); }
  }, []);

  const openRun = useCallback(async (work: Work): Promise<void> => {
    clear('run'); setReplay(null); setRaids(null); setShared(null); setBeside(null);
    try {
      setRun({ id: work.id, summary: work.complete ? await api.summary(work.id) : null, soFar: work.complete ? null : await api.soFar(work.id) });
      const drawn = await api.scene(work.id).catch(() => null);
      if (drawn) { setScene(drawn); setCover(null); want(null); setCheck(null); }
      if (work.complete) setRaids(await api.raids(work.id));
    } catch (error) { fail('run', error); }
  }, []);

  useEffect(() => {
    void (async () => {
      try {
        const found = await refresh();
        const opened = found.works.find((work) => work.id === found.opened);
        const noted = opened ? found.notes[opened.id]?.key : undefined;
        if (opened && opened.kind === 'run') {
          const known = noted ?? found.scenarios.find((one) => one.name.replace(/\.ya?ml$/, '') === opened.name)?.key;
          if (known) { setKey(known); setText((await api.scenario(known)).text); }
          await openRun(opened); setTab('Run');
        } else await open(found.scenarios.some((one) => one.key === found.opened) ? found.opened : (found.scenarios[0]?.key ?? ''));
        for (const job of found.jobs) void listen(job);
      } catch (error) { setFatal(told(error)); }
    })();
  }, []);

  // The map follows the text, a moment after the last stroke.
  useEffect(() => {
    if (!key || text === savedText) return undefined;
    const timer = setTimeout(() => {
      api.look(key, text).then((seen) => { setScene(seen.scene); setCheck(seen.check); setComplaints([]); })
        .catch((error: unknown) => setComplaints(error instanceof Refused && error.complaints.length ? error.complaints : [{ message: told(error), line: 0, column: 0 }]));
    }, 450);
    return () => clearTimeout(timer);
  }, [text]);

  async function save(name: string): Promise<void> {
    try {
      const { key: now } = await api.save(name, text);
      setSavedText(text); setKey(now); await refresh();
    } catch (error) { setComplaints([{ message: told(error), line: 0, column: 0 }]); }
  }

  // --- work ---

  async function listen(job: Job): Promise<Job> {
    const kind = job.kind;
    setJobs((held) => ({ ...held, [kind]: job }));
    try {
      const last = await follow(job, (news) => {
        setJobs((held) => ({ ...held, [kind]: news }));
        if (kind === 'run') setRun((held) => ({ id: news.folder, summary: held?.id === news.folder ? held.summary : null, soFar: news.so_far ?? null }));
      });
      if (last.state === 'failed' || (last.state === 'stopped' && last.error)) fail(kind, new Error(last.error));
      if (last.state === 'done' && kind === 'run') { setRun({ id: last.folder, summary: await api.summary(last.folder), soFar: null }); setRaids(await api.raids(last.folder)); }
      if (last.state === 'done' && kind === 'cover') await showCover(last.folder);
      return last;
    } catch (error) { fail(kind, error); return job; } finally {
      setJobs(({ [kind]: _, ...rest }) => rest);
      void refresh();
    }
  }

  async function begin(kind: string, start: () => Promise<Job>): Promise<Job | null> {
    clear(kind);
    try { return await listen(await start()); } catch (error) { fail(kind, error); return null; }
  }

  const startRun = (replicates: number, seed: number | null, doubt: number): void => { setReplay(null); setRaids(null); setShared(null); setBeside(null); void begin('run', () => api.run(key, replicates, seed, doubt)); };
  const stop = (kind: string): void => { const job = jobs[kind]; if (job) void api.cancel(job.job).catch((error: unknown) => fail(kind, error)); };
  const goOn = (work: Work): void => { const note = state?.notes[work.id]; if (note) void begin('run', () => api.run(note.key, note.replicates, note.seed, note.doubt ?? 64)); };

  async function showCover(id: string): Promise<void> {
    const [map, summary] = await Promise.all([api.coverMap(id), api.summary(id)]);
    setLoaded(new Map()); setCover({ id, map, summary });
    if (scene) want(firstWanted(map, scene));
  }

  useEffect(() => {
    if (!cover || !wanted) { viewer.current?.setCover(null); return; }
    const { view, needs } = viewOf(wanted, cover.map);
    const missing = needs.filter((name) => !loaded.has(name));
    if (!missing.length) { viewer.current?.setCover(tab === 'Coverage' ? cover.map : null, loaded, view); return; }
    void Promise.all(missing.map(async (name) => {
      const layer = cover.map.layers.find((one) => one.name === name)!;
      const bytes = await api.layer(cover.id, layer.file);
      return [name, { layer, values: layer.type === 'u16' ? new Uint16Array(bytes) : new Uint8Array(bytes) }] as [string, Loaded];
    })).then((found) => setLoaded((held) => new Map([...held, ...found]))).catch((error: unknown) => fail('cover', error));
  }, [cover, wanted, loaded, tab]);

  async function loadReplay(which: string): Promise<void> {
    if (!run) return;
    const done = await begin('replay', () => api.replay(run.id, which));
    const file = done?.result['file'];
    if (done?.state !== 'done' || typeof file !== 'string') return;
    try {
      const found = await api.replayOf(run.id, file);
      setReplay(found); setClock({ time: found.starts_s, playing: false, speed: 15 });
    } catch (error) { fail('replay', error); }
  }

  usePlayback(replay, clock, setClock);
  useEffect(() => { viewer.current?.setReplay(tab === 'Replay' ? replay : null); if (replay && tab === 'Replay') viewer.current?.seek(clock.time); }, [replay, tab]);
  useEffect(() => { if (replay && tab === 'Replay') viewer.current?.seek(clock.time); }, [clock.time]);
  useEffect(() => viewer.current?.choose(chosen), [chosen, scene]);
  useEffect(() => { document.documentElement.dataset['theme'] = look.theme; localStorage.setItem(LOOK_KEY, JSON.stringify(look)); }, [look]);
  useEffect(() => { if (scene) document.title = `${scene.title} · crenel`; }, [scene]);

  async function share(isPublic: boolean, which: string): Promise<void> {
    if (!run) return;
    setShared(null);
    const done = await begin('share', () => api.share(run.id, which, isPublic));
    if (done?.state === 'done') setShared(done.result as unknown as Shared);
  }

  async function png(): Promise<void> {
    if (!viewer.current || !scene) return;
    const address = URL.createObjectURL(await viewer.current.png());
    const link = document.createElement('a');
    link.href = address; link.download = `${scene.name}-${scene.hash.slice(0, 8)}.png`; link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  (window as unknown as Record<string, unknown>)['__crenel'] = { viewer, bench, state: () => ({ ...viewer.current?.state(), tab, run: run?.id ?? null, answered: !!run?.summary, replay: replay ? { replicate: replay.replicate, leaks: replay.leaks, threats: replay.threats.length } : null, jobs: Object.keys(jobs), errors }) };

  if (fatal) return <main class="panel"><h2>crenel</h2><p class="wrong">{fatal}</p></main>;
  const changed = text !== savedText;
  const canStart = !!key && complaints.length === 0 && !changed && !jobs['run'];
  const panel = !state ? null : tab === 'Scenario'
    ? <ScenarioPanel state={state} current={key} open={(next) => void open(next)} scene={scene} check={check} chosen={chosen} choose={setChosen} text={text} setText={setText} saved={!changed} save={(name) => void save(name)} complaints={complaints} />
    : tab === 'Coverage' && scene
      ? <CoverPanel scene={scene} job={jobs['cover'] ?? null} error={errors['cover'] ?? ''} start={(heights) => void begin('cover', () => api.cover(key, heights))} stop={() => stop('cover')} cover={cover} wanted={wanted} want={want} theme={look.theme} canStart={canStart} />
      : tab === 'Run'
        ? <RunPanel state={state} run={run} job={jobs['run'] ?? null} error={errors['run'] ?? ''} canStart={canStart} start={startRun} stop={() => stop('run')} open={(work) => void openRun(work)} goOn={goOn} beside={beside} setBeside={(id) => { if (!id) setBeside(null); else void api.summary(id).then((summary) => setBeside({ id, summary })).catch((error: unknown) => fail('run', error)); }} />
        : tab === 'Replay'
          ? <ReplayPanel raids={raids} hasRun={!!run?.summary} job={jobs['replay'] ?? null} error={errors['replay'] ?? ''} load={(which) => void loadReplay(which)} replay={replay} clock={clock} setClock={setClock} />
          : <SharePanel runId={run?.summary ? run.id : ''} job={jobs['share'] ?? null} error={errors['share'] ?? ''} make={(isPublic, which) => void share(isPublic, which)} made={shared} png={() => void png()} />;
  return (
    <div class="frame">
      <div class="side">
        <header class="head">
          <div class="brand"><Brand /><span>crenel</span><span class="grow" />{changed && <span>not saved</span>}</div>
          <h1>{scene?.title ?? (complaints.length ? 'This scenario cannot be read' : 'Opening …')}</h1>
          {scene && <p class="dateline">{[scene.when && day(scene.when), plural(scene.units.length, 'unit'), `${scene.threats.toLocaleString('en')} threats`].filter(Boolean).join(' · ')}</p>}
        </header>
        <div class="tabs" role="tablist" aria-label="Panels" onKeyDown={(event) => { const way = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0; if (way) { const next = TABS[(TABS.indexOf(tab) + way + TABS.length) % TABS.length]; setTab(next); document.getElementById(`tab-${next}`)?.focus(); } }}>
          {TABS.map((name) => <button key={name} id={`tab-${name}`} type="button" role="tab" aria-selected={tab === name} aria-controls="panel" tabIndex={tab === name ? 0 : -1} onClick={() => setTab(name)}>{name}</button>)}
        </div>
        <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>{changed && tab !== 'Scenario' && <p class="wrong">The text was changed and is not saved: save it to play it.</p>}{panel}</div>
      </div>
      {scene && <Stage scene={scene} world={world} look={look} setLook={setLook} onPick={setChosen} replaying={tab === 'Replay' && !!replay} app6Mark={app6Mark}
        onViewer={(made) => { viewer.current = made; void made.ready.then(() => { (window as unknown as Record<string, unknown>)['__ready'] = true; (window as unknown as Record<string, unknown>)['__ready_ms'] ??= performance.now(); }); }}
        cover={tab === 'Coverage' && cover && wanted ? { map: cover.map, loaded, height_m: wanted.show === 'sight' ? wanted.height_m : wanted.step } : null}>
        {tab === 'Replay' && replay && <Player replay={replay} state={clock} set={setClock} />}
      </Stage>}
    </div>
  );
}

render(<App />, document.getElementById('app')!);
