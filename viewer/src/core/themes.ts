// Two sets of colours: paper by day, ink by night. Blue-grey for who defends, vermilion for what comes, ochre for what is defended.

export type ThemeName = 'day' | 'night';

export interface Theme {
  name: ThemeName; sea: string; land: string; border: string; green: string; water: string; road: string; building: string;
  shade: number; ink: string; halo: string; soft: string; defence: string; threat: string; asset: string; ring: string;
  veil: [number, number, number, number]; paper: string;
}

export const THEMES: Record<ThemeName, Theme> = {
  day: {
    name: 'day', sea: '#dfe6e8', land: '#f4f1ea', border: '#cdc5b4', green: '#dfe4cd', water: '#c3d3dc', road: '#d8cfbd',
    building: '#cfc4b2', shade: 0.75, ink: '#1c1b19', halo: '#f8f6f0', soft: '#5e5b54', defence: '#24425c', threat: '#bf3b12',
    asset: '#7a5712', ring: '#3d5a73', veil: [24, 30, 44, 105], paper: '#ffffff',
  },
  night: {
    name: 'night', sea: '#0e1318', land: '#191c21', border: '#3a3f47', green: '#1d2420', water: '#111a22', road: '#2b3038',
    building: '#343a44', shade: 0.5, ink: '#ebe8e1', halo: '#121418', soft: '#aeaaa0', defence: '#8fb2d1', threat: '#f0764b',
    asset: '#d9b25a', ring: '#7f9bb3', veil: [0, 0, 0, 130], paper: '#16171a',
  },
};

export const THREAT_RGB: Record<ThemeName, [number, number, number]> = { day: [191, 59, 18], night: [240, 118, 75] };
export const DEFENCE_RGB: Record<ThemeName, [number, number, number]> = { day: [36, 66, 92], night: [143, 178, 209] };
export const QUIET_RGB: Record<ThemeName, [number, number, number]> = { day: [120, 116, 108], night: [150, 146, 138] };
