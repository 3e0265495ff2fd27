import { curveOf, type HazardCurve } from "@hermod/core/polling/hazard-curve";
import {
  emptySketch,
  type FinalSeen,
  forget,
  type HazardSketch,
  learnFinal,
  learnPending,
} from "@hermod/core/polling/hazard-sketch";

/** A curve is made anew after so much was learned. */
const LESSONS_PER_CURVE = 20;

/** What one route has taught so far. */
export class LearnedRoute {
  readonly #sketch: HazardSketch = emptySketch();
  #curve: HazardCurve = curveOf(this.#sketch);
  #lessons = 0;

  get curve(): HazardCurve {
    return this.#curve;
  }

  pending(fromAgeMs: number, toAgeMs: number): void {
    learnPending(this.#sketch, fromAgeMs, toAgeMs);
    this.#learned();
  }

  final(seen: FinalSeen): void {
    learnFinal(this.#sketch, seen);
    this.#learned();
  }

  #learned(): void {
    if (++this.#lessons < LESSONS_PER_CURVE) return;
    forget(this.#sketch);
    this.#curve = curveOf(this.#sketch);
    this.#lessons = 0;
  }
}
