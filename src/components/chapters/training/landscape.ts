import {type PlainRule, plainState, plainUpdate} from "../../ops/plainOptimisers.js";
import {createRandom, type Random} from "../../random.js";
import {optimiserDefaults} from "../../training/optimiserDefaults.js";

/** A long valley: the loss is ½(steep·u² + flat·v²), with u and v the axes x and y turned by an angle. */
export interface Landscape {
  steep: number;
  flat: number;
  /** Radians from the x axis to the steep direction. */
  angle: number;
}

export type Place = readonly [x: number, y: number];

/** The rules that are let loose on it. */
export const RULES = ["sgd", "momentum", "adamW"] as const satisfies PlainRule[];
/** Steps of each. */
export const STEPS = 60;
/** Farther out than this a path has left the map, and ends: dashes of a line as long as all the rest take half a second. */
const LOST = 50;

const turned = ({angle}: Landscape, [x, y]: Place): [u: number, v: number] => [
  x * Math.cos(angle) + y * Math.sin(angle),
  y * Math.cos(angle) - x * Math.sin(angle)
];

export function heightAt(landscape: Landscape, place: Place): number {
  const [u, v] = turned(landscape, place);
  return (landscape.steep * u ** 2 + landscape.flat * v ** 2) / 2;
}

/** The slope there: how fast the height grows along x and along y. */
export function slopeAt(landscape: Landscape, place: Place): [number, number] {
  const {steep, flat, angle} = landscape;
  const [u, v] = turned(landscape, place);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [steep * u * cos - flat * v * sin, steep * u * sin + flat * v * cos];
}

/** From this rate on, plain descent climbs out of the valley: 2 over the steepest curvature. */
export const breakingRate = ({steep}: Landscape): number => 2 / steep;

export interface Descent {
  /** 0 … 1: a deviation of the noise in each slope, as a batch's gradient has it, over the slope at the start. */
  noise: number;
  learningRate: number;
  start: Place;
}

/** The way of one optimiser from the start: `STEPS` + 1 places, fewer where it leaves the map. */
export function descend(
  landscape: Landscape,
  rule: PlainRule,
  {noise, learningRate, start}: Descent,
  random: Random = createRandom(1)
): Place[] {
  const {momentum, beta1, beta2} = optimiserDefaults[rule];
  const settings = {learningRate, momentum, beta1, beta2, epsilon: 1e-8, weightDecay: 0};
  const scale = noise * Math.hypot(...slopeAt(landscape, start));
  let state = plainState(start);
  const path: Place[] = [start];
  for (let i = 0; i < STEPS; i++) {
    const slope = slopeAt(landscape, state.parameters as unknown as Place);
    const gradient = scale > 0 ? slope.map((value) => value + scale * random.normal()) : slope;
    state = plainUpdate(rule, state, gradient, settings);
    const [x, y] = state.parameters as unknown as Place;
    path.push([x, y]);
    if (Math.hypot(x, y) > LOST) break;
  }
  return path;
}
