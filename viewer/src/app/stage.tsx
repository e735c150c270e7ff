// The map with what lies on it: tools, what is under the pointer, the strip that says what this is.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Loaded } from '../core/cover';
import { position } from '../core/geometry';
import type { Shown } from '../core/style';
import type { UnitKind } from '../core/symbols';
import type { ThemeName } from '../core/themes';
import type { CoverMap, Scene } from '../core/types';
import { createViewer, HEIGHTS_DRAWN, type Hover, type Viewer } from '../core/viewer';
import { EVIDENCE, metres, REASONS, strip } from '../core/words';

export interface Look { theme: ThemeName; app6: boolean; shown: Shown }

export const FIRST_LOOK: Look = { theme: 'day', app6: false, shown: { rings: true, approaches: true, buildings: true, shade: true, errors: true } };

interface Props {
  scene: Scene; world: () => Promise<unknown>; look: Look; setLook: (look: Look) => void; onViewer: (viewer: Viewer) => void;
  onPick?: (unit: number) => void; cover?: { map: CoverMap; loaded: Map<string, Loaded>; height_m: number } | null; replaying?: boolean; app6Mark?: (kind: UnitKind) => Promise<ImageData>; children?: ComponentChildren;
}

const SWITCHES: [keyof Shown, string][] = [['rings', 'Reach of each unit'], ['approaches', 'Where the raid comes from'], ['errors', 'Position errors'], ['shade', 'Relief'], ['buildings', 'Buildings']];

export function Stage({ scene, world, look, setLook, onViewer, onPick, cover, replaying, app6Mark, children }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const viewer = useRef<Viewer | null>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    const made = createViewer(element.current!, { scene, theme: look.theme, app6: look.app6, shown: look.shown, world, app6Mark, onHover: setHover, onPick: (unit) => pick.current?.(unit) });
    viewer.current = made;
    onViewer(made);
    return () => made.destroy();
  }, []);
  const first = useRef(true);
  useEffect(() => { if (!first.current) { viewer.current?.setScene(scene); viewer.current?.fit(); } first.current = false; }, [scene]);
  useEffect(() => viewer.current?.setTheme(look.theme), [look.theme]);
  useEffect(() => viewer.current?.setApp6(look.app6), [look.app6]);
  useEffect(() => viewer.current?.setShown(look.shown), [look.shown]);
  const [title, ...lines] = strip(scene);
  return (
    <main class={`stage ${replaying ? 'with-player' : ''}`}>
      <div class="map" ref={element} />
      <div class="tools">
        <button type="button" onClick={() => setLook({ ...look, theme: look.theme === 'day' ? 'night' : 'day' })}>{look.theme === 'day' ? 'Night' : 'Day'}</button>
        <button type="button" onClick={() => viewer.current?.fit()}>Whole place</button>
        <details>
          <summary>Shown</summary>
          <div class="menu">
            {SWITCHES.map(([key, words]) => <label class="tick" key={key}><input type="checkbox" checked={look.shown[key]} onChange={(event) => setLook({ ...look, shown: { ...look.shown, [key]: event.currentTarget.checked } })} /><span>{words}</span></label>)}
            {app6Mark && <label class="tick"><input type="checkbox" checked={look.app6} onChange={(event) => setLook({ ...look, app6: event.currentTarget.checked })} /><span>APP-6 symbols</span></label>}
            <p class="small" style={{ margin: '6px 0 0' }}>{ringWords(scene)}</p>
          </div>
        </details>
      </div>
      {hover && <Here scene={scene} hover={hover} cover={cover ?? null} />}
      {children}
      <div class="strip"><b>{title}</b>{lines.map((line) => <span key={line}>{line}<br /></span>)}{replaying && HEIGHTS_DRAWN > 1 ? `Heights drawn ${HEIGHTS_DRAWN} times. One raid of many.` : ''}</div>
    </main>
  );
}

function ringWords(scene: Scene): string {
  if (!scene.rings.rings.length) return '';
  const at = scene.rings.height_m ? ` at ${metres(scene.rings.height_m)}` : '';
  return `Lines of reach are for a ${scene.rings.threat}${at}: full for missiles and guns, dashed for radar, dotted for sight.`;
}

function Here({ scene, hover, cover }: { scene: Scene; hover: Hover; cover: Props['cover'] | null }) {
  const unit = scene.units[hover.unit];
  return (
    <div class="here" data-test="here">
      <div class="at">{position(hover.lat, hover.lon)}</div>
      {unit && <div><b>{unit.name}</b><br />{unit.system_name}<br />{EVIDENCE[unit.evidence.status] ?? unit.evidence.status}{unit.position_error_m ? `, ± ${metres(unit.position_error_m)}` : ''}</div>}
      {!unit && cover && hover.cell >= 0 && <Why cover={cover} cell={hover.cell} />}
    </div>
  );
}

/** Why a place is dark: from which height on each unit sees, and what hides it below. */
function Why({ cover, cell }: { cover: NonNullable<Props['cover']>; cell: number }) {
  const { map, loaded, height_m } = cover;
  const sights = map.layers.filter((layer) => layer.kind === 'sight_height');
  const nearest = map.layers.filter((layer) => layer.kind === 'reason').reduce<number | null>((best, layer) => (best === null || Math.abs(layer.height_m - height_m) < Math.abs(best - height_m) ? layer.height_m : best), null);
  return (
    <ul>
      {sights.slice(0, 6).map((layer) => {
        const least = loaded.get(layer.name)?.values[cell];
        const reasons = map.layers.find((other) => other.kind === 'reason' && other.unit === layer.unit && other.height_m === nearest);
        const code = reasons ? loaded.get(reasons.name)?.values[cell] : undefined;
        const why = code === undefined ? '' : (REASONS[map.reasons[code]]?.[0] ?? '');
        if (least === undefined) return null;
        const sees = least !== 65535 && least * map.step_m <= height_m;
        return <li key={layer.name}><b>{layer.unit}</b>: {least === 65535 ? 'not known' : sees ? `in sight from ${metres(Math.max(0, least * map.step_m))} up` : `hidden below ${metres(least * map.step_m)}`}{why && nearest !== null ? <><br /><span class="small">{`at ${metres(nearest)}: ${why}`}</span></> : null}</li>;
      })}
    </ul>
  );
}
