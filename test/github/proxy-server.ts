import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A forwarding proxy; any host is the server of that port on this machine. */
export interface ProxyServer {
  port: number;
  /** `host:port` of each tunnel that was asked for. */
  tunnels: string[];
  /** What each brought as `proxy-authorization`. */
  credentials: (string | undefined)[];
  close(): Promise<void>;
}

/** Starts a proxy that opens tunnels (CONNECT), or answers each request for one with `refusal`. */
export async function startProxy(refusal?: number): Promise<ProxyServer> {
  const tunnels: string[] = [];
  const credentials: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(forward);
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (asked: IncomingMessage, socket: Socket, head: Buffer) => {
    tunnels.push(asked.url ?? '');
    credentials.push(asked.headers['proxy-authorization']);
    if (refusal !== undefined) return socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
    const target = connect(Number(asked.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    sockets.add(target);
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    credentials,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  /** Requests with a whole address, which need no tunnel. */
  function forward(asked: IncomingMessage, answer: ServerResponse): void {
    const url = new URL(asked.url ?? '');
    tunnels.push(url.host);
    credentials.push(asked.headers['proxy-authorization']);
    const { method, headers } = asked;
    const onward = request({ host: '127.0.0.1', port: url.port, path: url.pathname, method, headers });
    onward.on('response', (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    asked.pipe(onward);
  }
}
