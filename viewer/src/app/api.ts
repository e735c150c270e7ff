// What a page asks of the server, and how it hears of work under way.

import type { CoverMap, Replay, Scene } from '../core/types';

export interface Complaint { message: string; line: number; column: number }

export class Refused extends Error {
  constructor(message: string, readonly complaints: Complaint[] = [], readonly status = 0) { super(message); }
}

export interface Work { id: string; kind: 'run' | 'cover'; name: string; title: string; seed: number; replicates: number; threats: number; hash: string; complete: boolean; changed_s: number }

export interface Job {
  job: number; kind: string; folder: string; state: 'working' | 'done' | 'stopped' | 'failed'; says: string; error: string;
  progress: { done?: number; total?: number; left_s?: number | null }; result: Record<string, unknown>; so_far?: SoFar | null;
}

export interface SoFar { raids: number; replicates: number; threats: number; curve: [number, number][]; floor_causes: Record<string, number>; fates: Record<string, number>; causes: Record<string, number>; leaks: number[] }

export interface State {
  crenel: string; folder: string; opened: string; scenarios: { key: string; name: string; title: string }[]; works: Work[];
  notes: Record<string, { key: string; replicates: number; seed: number | null; doubt?: number }>; jobs: Job[];
}

export interface Raids { worst: number; typical: number; causes: { cause: string; replicate: number; leaks: number }[]; replicates: number }

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Summary = any;

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try { response = await fetch(path, init); } catch { throw new Refused('The server does not answer. Start it again: crenel serve'); }
  const text = await response.text();
  let body: unknown = null;
  try { body = JSON.parse(text); } catch { /* plain text */ }
  if (!response.ok) {
    const told = body as { error?: string; complaints?: Complaint[] } | null;
    throw new Refused(told?.error ?? text.trim(), told?.complaints ?? [], response.status);
  }
  return body as T;
}

const post = <T>(path: string, body: unknown): Promise<T> => ask<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const query = (values: Record<string, string>): string => new URLSearchParams(values).toString();

export const api = {
  state: (): Promise<State> => ask('/api/state'),
  scenario: (key: string): Promise<{ text: string }> => ask(`/api/scenario?${query({ key })}`),
  save: (name: string, text: string): Promise<{ key: string }> => post('/api/scenario', { name, text }),
  look: (key: string, text: string): Promise<{ scene: Scene; check: Summary }> => post('/api/look', { key, text }),
  run: (key: string, replicates: number, seed: number | null, doubt: number): Promise<Job> => post('/api/start/run', { key, replicates, doubt, ...(seed === null ? {} : { seed }) }),
  cover: (key: string, heights: string[]): Promise<Job> => post('/api/start/cover', { key, heights }),
  replay: (run: string, which: string): Promise<Job> => post('/api/start/replay', { run, which }),
  share: (run: string, which: string, isPublic: boolean): Promise<Job> => post('/api/start/share', { run, which, public: isPublic }),
  cancel: (job: number): Promise<Job> => post(`/api/jobs/${job}/cancel`, {}),
  summary: (id: string): Promise<Summary> => ask(`/api/work/summary?${query({ id })}`),
  scene: (id: string): Promise<Scene> => ask(`/api/work/scene?${query({ id })}`),
  soFar: (id: string): Promise<SoFar> => ask(`/api/work/so_far?${query({ id })}`),
  raids: (id: string): Promise<Raids> => ask(`/api/work/raids?${query({ id })}`),
  replayOf: (id: string, file: string): Promise<Replay> => ask(`/api/file?${query({ path: `${id}/replay/${file}` })}`),
  coverMap: (id: string): Promise<CoverMap> => ask(`/api/file?${query({ path: `${id}/map/index.json` })}`),
  async layer(id: string, file: string): Promise<ArrayBuffer> {
    const response = await fetch(`/api/file?${query({ path: `${id}/map/${file}` })}`);
    if (!response.ok || !response.body) throw new Refused('This layer is not there any more.');
    return new Response(response.body.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  },
  address: (path: string): string => `/api/file?${query({ path })}`,
};

/** Hear of a job until it ends; a connection that is lost comes back by itself. */
export function follow(job: Job, hear: (job: Job) => void): Promise<Job> {
  return new Promise((resolve, reject) => {
    const source = new EventSource(`/api/jobs/${job.job}/news`);
    let misses = 0;
    source.onmessage = (message) => {
      misses = 0;
      const news = JSON.parse(message.data as string) as Job;
      hear(news);
      if (news.state !== 'working') { source.close(); resolve(news); }
    };
    source.onerror = () => { if (++misses > 5) { source.close(); reject(new Refused('The server does not answer any more. What was finished is kept: start it again, and go on.')); } };
  });
}
