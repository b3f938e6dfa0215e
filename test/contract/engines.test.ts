import { create } from '../../src/engines/python/index.ts';
import { makeProject } from '../engines/python/project.ts';
import { makeService } from '../rig/detached/index.ts';
import { describeDetachedEngine } from './detached-engine.ts';
import { describeEngine } from './engine.ts';
import { pipelines } from './pipelines.ts';

describeEngine('python', async () => {
  const project = await makeProject({ 'train.txt': 'weights\n', 'params.yaml': 'rate: 0.1\n' });
  return {
    engine: project.engine,
    spec: async (kind) => project.spec(pipelines[kind]),
    another: () => create(project.runtime),
    job() {
      const controller = new AbortController();
      const engine = create({ ...project.runtime, signal: controller.signal });
      return { engine, interrupt: () => controller.abort() };
    },
    detached: false,
    remove: project.remove,
  };
});

describeDetachedEngine('detached', async () => {
  const service = await makeService();
  return {
    engine: service.client().engine,
    spec: async (kind) => service.checkout(pipelines[kind]),
    another: () => service.client().engine,
    job: service.client,
    detached: true,
    world: service,
    checkout: async (kind) => service.checkout(pipelines[kind]),
    runs: async () => service.runs().length,
    holdQueue: async () => service.on('queue-held'),
    releaseQueue: async () => service.off('queue-held'),
    cutOff: async () => service.on('unreachable'),
    reconnect: async () => service.off('unreachable'),
    remove: service.remove,
  };
});
