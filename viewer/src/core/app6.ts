// APP-6 symbols, for those who read them; a part of its own, since few do.

import type { UnitKind } from './symbols';

export async function app6Mark(kind: UnitKind): Promise<ImageData> {
  const { default: ms } = await import('milsymbol');
  const code = kind === 'sensor' ? '10031500002203000000' : kind === 'jammer' ? '10031000001505000000' : '10031000001301000000';
  const canvas = new ms.Symbol(code, { size: 34, outlineWidth: 3, outlineColor: 'rgba(255,255,255,.85)' }).asCanvas();
  return canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
}
