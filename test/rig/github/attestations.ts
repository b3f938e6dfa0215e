import { type Handlers, repositoryOf } from './call.ts';

export const attestations: Handlers = {
  'repos/create-attestation': (call) => {
    const { bundle } = call.body as { bundle: unknown };
    repositoryOf(call).attestations.push(bundle);
    return { status: 201, body: { id: call.state.id() } };
  },
};
