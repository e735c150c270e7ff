// One file to send: what is in it, and what was taken out.

import { useState } from 'preact/hooks';
import { api, type Job } from './api';
import { Progress } from './parts';

export interface Shared { path: string; bytes: number; inside: string[]; left_out: string[]; public: boolean }

export function SharePanel({ runId, job, error, make, made, png }: { runId: string; job: Job | null; error: string; make: (isPublic: boolean, which: string) => void; made: Shared | null; png: () => void }) {
  const [isPublic, setPublic] = useState(true);
  const [which, setWhich] = useState('typical');
  return (
    <div>
      <h2>A picture of the map</h2>
      <p class="small">As it is now, with the strip that says what it is.</p>
      <button type="button" class="button quiet" onClick={png}>Save as PNG</button>
      <h2>A page in one file</h2>
      {!runId ? <p class="small">Play a raid first, or open a run: then its answer, its map and one raid fit into a single page that opens from a disk, without any network.</p> : <>
        <p class="small">The map, the answer, one raid to watch, and how to play it again. It opens from a disk and asks nothing of any network.</p>
        <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
          <legend class="sr">For whom</legend>
          <label class="tick"><input type="radio" name="profile" checked={isPublic} onChange={() => setPublic(true)} /><span>For the public</span></label>
          <p class="small" style={{ paddingLeft: '23px' }}>Positions are rounded to their own error, and to 500 m at least; no roofs, no notes, names of units taken out, no shapes of gaps, no layers of visible heights. The rounded scenario is played again, so that the page’s numbers are its own.</p>
          <label class="tick"><input type="radio" name="profile" checked={!isPublic} onChange={() => setPublic(false)} /><span>As it is</span></label>
          <p class="small" style={{ paddingLeft: '23px' }}>Everything as the scenario states it. For colleagues, not for publishing.</p>
        </fieldset>
        <div class="row">
          <label><span>With</span><select value={which} onChange={(event) => setWhich(event.currentTarget.value)}><option value="typical">a typical raid</option><option value="worst">the worst raid</option></select></label>
          <button type="button" class="button" disabled={!!job} onClick={() => make(isPublic, which)}>Make the page</button>
        </div>
        {job && <Progress job={job} />}
        {error && <p class="wrong" role="alert">{error}</p>}
        {made && <div data-test="shared">
          <p><a class="button" href={api.address(made.path)} download={made.path.split('/').pop()}>Save the page</a> <span class="small">{`${(made.bytes / 1e6).toFixed(1)} MB`}</span></p>
          <h3>What is inside</h3>
          <ul class="things">{made.inside.map((line) => <li key={line} class="small">{line}</li>)}</ul>
          {made.left_out.length > 0 && <><h3>What was taken out</h3><ul class="things">{made.left_out.map((line) => <li key={line} class="small">{line}</li>)}</ul></>}
        </div>}
      </>}
      <h2>For other programs</h2>
      <p class="small">{`crenel export ${runId || 'DIR'} --to kml writes the raid for Google Earth; also kmz, czml, acmi (Tacview), geojson, csv, parquet; and of a folder of coverage geotiff, netcdf, kml and geojson.`}</p>
    </div>
  );
}
