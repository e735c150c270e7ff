// What the server gives, as the viewer reads it. Lengths are metres, times seconds, angles degrees.

export interface Evidence { status: string; source?: string; seen?: string; identified?: string; note?: string }

export interface Unit {
  name: string; system: string; system_name: string; lat_deg: number; lon_deg: number;
  position_error_m: number; mounted_m: number; network: string; evidence: Evidence;
  kind: 'weapon' | 'sensor' | 'jammer'; channels: number; rounds: number | null;
}

export interface Asset { name: string; lat_deg: number; lon_deg: number; radius_m: number; value: number; threats: number }

export interface Group {
  name: string; threat: string; threat_name: string; threat_class: string; count: number; to: string;
  from_deg: [number, number]; starts_m: [number, number]; height_m: [number, number]; lat_deg: number; lon_deg: number;
}

export type Line = [number, number][];

export interface Ring { unit: string; kind: string; line: Line }

export interface Land { areas: Record<string, Line[]>; lines: Record<string, Line[]> }

export interface Scene {
  scene: number; crenel: string; name: string; title: string; when: string; note: string; hash: string; threats: number;
  centre: { lat_deg: number; lon_deg: number }; radius_m: number; attribution: string;
  units: Unit[]; assets: Asset[]; groups: Group[];
  rings: { threat: string; height_m?: number; rings: Ring[] };
  ground: {
    terrain: string;
    hillshade: { png: string; bounds_deg: Bounds } | null;
    buildings: (GeoJSON.FeatureCollection & { shown: number; all: number }) | null;
    land: Land | null;
  };
}

/** West, south, east, north. */
export type Bounds = [number, number, number, number];

export interface Layer {
  file: string; name: string; kind: string; unit: string; asset: string; threat: string; height_m: number; type: 'u8' | 'u16';
}

export interface CoverMap {
  cover: number; width: number; height: number; bounds_deg: Bounds; layers: Layer[]; reasons: string[];
  /** Metres of one step of a layer of least heights in sight. */
  step_m: number;
}

export type Kind = 'appears' | 'firm' | 'lost' | 'launch' | 'burst' | 'intercept' | 'reload' | 'kill' | 'jammed' | 'failed' | 'leak' | 'down';

export interface ReplayEvent { t: number; kind: Kind; threat: number; unit: number; says: string; ends?: number }

export interface ReplayThreat {
  name: string; group: string; threat: string; class: string; to: string;
  fate: string; cause: string; unit: number; ended_s: number; rounds: number; bursts: number;
  /** Knots of the way: times, longitudes, latitudes, heights above the ground. */
  t: number[]; lon: number[]; lat: number[]; h: number[];
}

export interface ReplayUnit {
  name: string; channels: number; rounds: number;
  /** [time, busy channels] and [time, rounds left], each until the next. */
  busy: [number, number][]; left: [number, number][];
}

export interface Replay {
  replay: number; replicate: number; seed: number; why: string; title: string; hash: string;
  leaks: number; starts_s: number; ends_s: number; complete: boolean;
  threats: ReplayThreat[]; units: ReplayUnit[]; events: ReplayEvent[];
}
