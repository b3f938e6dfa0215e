import { UpstreamError } from '../core/errors.ts';

/** A newer deployment has taken over: this one must not touch anything any more. */
export class TakenOver extends UpstreamError {}

/** The refusal of a target or journal that has seen a higher fence. */
export function outdated(place: string, fence: number, seen: number): TakenOver {
  return new TakenOver(`Deployment number ${fence} of ${place} was taken over by number ${seen}.`, {
    hint: 'Look at "trainyard status": another run took this one for dead and went on.',
  });
}
