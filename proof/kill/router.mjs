import { isWhole } from './world.mjs';

/** A router that shifts by weight and knows the fence: what a good target outside of this machine does. */
export function createRouter(world, { fence }) {
  const { router } = world;
  const pass = (own) => {
    if (own < router.fence) throw fence.outdated('the router', own, router.fence);
    router.fence = own;
  };
  const placed = (deployment) => {
    const there = router.placed.get(deployment);
    return there === undefined ? null : { deployment, version: there.version, digest: there.digest };
  };
  return {
    id: 'router',
    capabilities: { traffic: 'weighted' },
    current: async () => ({
      stable: router.stable && placed(router.stable),
      candidate: router.candidate && {
        ...placed(router.candidate.deployment),
        weight: router.candidate.weight,
      },
      fence: router.fence,
    }),
    stage: async ({ deployment, version, digest, fence: own }, _manifest, folder) => {
      pass(own);
      router.placed.set(deployment, { version, digest, whole: isWhole(world, folder) });
    },
    shift: async ({ deployment, fence: own }, weight) => {
      pass(own);
      router.candidate = { deployment, weight };
    },
    probe: async () => null,
    promote: async ({ deployment, fence: own }) => {
      pass(own);
      router.stable = deployment;
      router.candidate = null;
    },
    rollback: async ({ deployment, fence: own }, to) => {
      pass(own);
      router.stable = to?.deployment ?? null;
      router.candidate = null;
      router.placed.delete(deployment);
    },
    retire: async ({ deployment, fence: own }) => {
      pass(own);
      for (const other of [...router.placed.keys()].filter((id) => id !== deployment).slice(0, -2))
        router.placed.delete(other);
    },
  };
}
