/** Where the versions of the demo serve: two model servers behind HAProxy, and a Prometheus that watches them. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../demo/project.mjs';
import { freePorts, makeProcesses } from './processes.mjs';

const example = join(root, 'examples/release');

/** Ports of this run of the demo, by what listens there. */
export async function choosePorts() {
  const [router, blue, green, prometheus, client] = await freePorts(5);
  return { router, blue, green, prometheus, client };
}

/** Adds to the example how it is deployed: the target's command, and the sections of trainyard.yml with these ports. */
export function addDeployment(folder, ports) {
  copyFileSync(join(example, 'router.py'), join(folder, 'router.py'));
  const config = readFileSync(join(folder, 'trainyard.yml'), 'utf8');
  const deploy = readFileSync(join(example, 'deploy.yml'), 'utf8')
    .replaceAll(':8080', `:${ports.router}`)
    .replaceAll(':9090', `:${ports.prometheus}`);
  writeFileSync(join(folder, 'trainyard.yml'), `${config}${deploy}`);
  const ignored = readFileSync(join(folder, '.gitignore'), 'utf8');
  writeFileSync(join(folder, '.gitignore'), `${ignored}.serving/\n`);
}

/** Environment of the router's command, and of HAProxy, which it drives. */
export function routerEnvironment(folder, { router, blue, green }) {
  const home = join(folder, '.serving');
  return {
    ROUTER_HOME: home,
    ROUTER_SOCKET: join(home, 'haproxy.sock'),
    ROUTER_PORT: String(router),
    ROUTER_BLUE: String(blue),
    ROUTER_GREEN: String(green),
  };
}

/**
 * Starts all of it; `place` is the project, whose environment has the router's. Nothing is live yet.
 * @returns {Promise<{stop: () => Promise<void>}>}
 */
export async function startStand(place, ports, { haproxy, prometheus, env: libraries }) {
  const processes = makeProcesses();
  const watching = join(place.env.ROUTER_HOME, 'prometheus');
  mkdirSync(watching, { recursive: true });
  copyFileSync(join(example, 'prometheus.yml'), join(watching, 'prometheus.yml'));
  const targets = [ports.blue, ports.green, ports.client].map((port) => `127.0.0.1:${port}`);
  writeFileSync(join(watching, 'targets.json'), JSON.stringify([{ targets }]));
  const at = (port, path) => `http://127.0.0.1:${port}${path}`;
  const env = { ...place.env, ...libraries };
  // One thread each: on few cores the servers would wait for one another.
  const serving = { cwd: place.cwd, env: { ...place.env, OMP_NUM_THREADS: '1' } };
  const serve = (port) =>
    processes.start('python', [join(example, 'serve.py'), String(port)], {
      ...serving,
      url: at(port, '/health'),
    });
  const flags = [
    '--config.file=prometheus.yml',
    '--storage.tsdb.path=data',
    `--web.listen-address=127.0.0.1:${ports.prometheus}`,
    '--log.level=warn',
  ];
  try {
    await Promise.all([
      serve(ports.blue),
      serve(ports.green),
      processes.start(haproxy, ['-db', '-f', join(example, 'haproxy.cfg')], {
        ...{ cwd: place.cwd, env, url: at(ports.router, '/health') },
      }),
      processes.start(prometheus, flags, { cwd: watching, env, url: at(ports.prometheus, '/-/ready') }),
    ]);
  } catch (error) {
    await processes.stop();
    throw error;
  }
  return processes;
}
