// Small pieces that several panels share.

import type { Job } from './api';
import { clock } from '../core/words';

export function Progress({ job }: { job: Job }) {
  const { done, total, left_s } = job.progress;
  return (
    <div class="progress" role="status">
      {total ? <progress aria-label="Progress" max={total} value={done ?? 0} /> : <progress aria-label="Progress" />}
      <div><span>{job.says || 'starting'}</span><span>{total ? `${(done ?? 0).toLocaleString('en')} of ${total.toLocaleString('en')}` : ''}{left_s ? `, ${clock(left_s)} left` : ''}</span></div>
    </div>
  );
}

export function Brand() {
  return <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M1 4h3v3h2V4h4v3h2V4h3v9H1z" /></svg>;
}
