// Marks of units, drawn once for each theme: what it is by its inside, how sure anyone is by its edge.

import type { Theme } from './themes';

export type Firmness = 'firm' | 'seen' | 'weak';
export type UnitKind = 'weapon' | 'sensor' | 'jammer';

const RATIO = 2;
const SIDE = 26;

export const SYMBOL_RATIO = RATIO;

export function unitMark(kind: UnitKind, firmness: Firmness, theme: Theme, chosen: boolean): ImageData {
  const side = SIDE * RATIO, canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const c = canvas.getContext('2d')!;
  c.scale(RATIO, RATIO);
  const m = SIDE / 2;
  if (chosen) { c.beginPath(); c.arc(m, m, 12.2, 0, 7); c.fillStyle = theme.threat; c.fill(); }
  c.beginPath(); c.arc(m, m, 10.6, 0, 7); c.fillStyle = theme.halo; c.fill();
  c.beginPath(); c.arc(m, m, 8.8, 0, 7);
  const solid = firmness === 'firm';
  c.fillStyle = solid ? theme.defence : theme.halo; c.fill();
  c.lineWidth = 1.8; c.strokeStyle = theme.defence;
  if (firmness === 'weak') c.setLineDash([3.1, 2.4]);
  c.stroke(); c.setLineDash([]);
  c.strokeStyle = c.fillStyle = solid ? theme.halo : theme.defence;
  c.lineWidth = 1.7; c.lineCap = c.lineJoin = 'round';
  c.beginPath();
  if (kind === 'weapon') {
    c.moveTo(m, m + 4.6); c.lineTo(m, m - 4.6); c.moveTo(m - 3, m - 1.4); c.lineTo(m, m - 4.8); c.lineTo(m + 3, m - 1.4);
  } else if (kind === 'sensor') {
    c.arc(m - 2.6, m + 2.6, 2.9, -Math.PI / 2, 0); c.moveTo(m - 2.6, m - 3.7); c.arc(m - 2.6, m + 2.6, 6.3, -Math.PI / 2, 0);
    c.moveTo(m - 2.1, m + 2.6); c.arc(m - 2.6, m + 2.6, 0.5, 0, 7);
  } else {
    c.moveTo(m - 4.6, m); c.lineTo(m - 2.3, m - 3); c.lineTo(m, m + 3); c.lineTo(m + 2.3, m - 3); c.lineTo(m + 4.6, m);
  }
  c.stroke();
  return c.getImageData(0, 0, side, side);
}

export function assetMark(theme: Theme): ImageData {
  const side = 16 * RATIO, canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const c = canvas.getContext('2d')!;
  c.scale(RATIO, RATIO);
  c.translate(8, 8); c.rotate(Math.PI / 4);
  c.fillStyle = theme.halo; c.fillRect(-5.2, -5.2, 10.4, 10.4);
  c.fillStyle = theme.asset; c.fillRect(-3.6, -3.6, 7.2, 7.2);
  return c.getImageData(0, 0, side, side);
}
