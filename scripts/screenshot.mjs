// Pictures of a page as a browser shows it: node scripts/screenshot.mjs <page.html> <out.png> [width] [dark|light]
// Drives an installed Chromium over its debugging pipe: no package, no port, no network.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
];

function findBrowser() {
  const wanted = process.env.CHROMIUM ? [process.env.CHROMIUM] : [...NAMES, MAC];
  return wanted.find(
    (name) => existsSync(name) || spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

/** The browser's protocol: JSON documents ended by a zero byte, on descriptors 3 and 4. */
function connect(child) {
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  let rest = '';
  let last = 0;
  output.setEncoding('utf8');
  output.on('data', (chunk) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const message = JSON.parse(part);
      const answer = waiting.get(message.id ?? message.method);
      waiting.delete(message.id ?? message.method);
      if (message.error) answer?.reject(new Error(message.error.message));
      else answer?.resolve(message.result ?? message.params);
    }
  });
  const expected = (key) => new Promise((resolve, reject) => waiting.set(key, { resolve, reject }));
  const send = (method, params = {}, sessionId = undefined) => {
    last += 1;
    const answer = expected(last);
    input.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    return answer;
  };
  return { send, event: expected };
}

async function capture(child, url, width, scheme) {
  const { send, event } = connect(child);
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const page = (method, params) => send(method, params, sessionId);
  await page('Page.enable');
  await page('Emulation.setDeviceMetricsOverride', {
    width,
    height: 800,
    deviceScaleFactor: 2,
    mobile: width < 500,
  });
  await page('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  const loaded = event('Page.loadEventFired');
  await page('Page.navigate', { url });
  await loaded;
  const { cssContentSize } = await page('Page.getLayoutMetrics');
  const clip = { x: 0, y: 0, width, height: Math.min(cssContentSize.height, 8000), scale: 1 };
  const { data } = await page('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip });
  return { png: Buffer.from(data, 'base64'), contentWidth: cssContentSize.width };
}

async function main([from, to, widthText = '800', scheme = 'light']) {
  const width = Number(widthText);
  if (!from || !to || !Number.isInteger(width) || !['light', 'dark'].includes(scheme)) {
    console.error(
      'usage: node scripts/screenshot.mjs <page.html> <out.png> [width, default 800] [light|dark]',
    );
    return 2;
  }
  const browser = findBrowser();
  if (browser === undefined) {
    console.error(
      'No Chromium found. Install one (Debian, Ubuntu: apt-get install chromium fonts-dejavu fonts-noto-color-emoji; ' +
        'macOS: brew install --cask chromium), or name it by CHROMIUM=/path/to/chrome.',
    );
    return 2;
  }
  const profile = await mkdtemp(join(tmpdir(), 'trainyard-screenshot-'));
  const child = spawn(browser, [...FLAGS, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  try {
    const { png, contentWidth } = await capture(child, pathToFileURL(resolve(from)).href, width, scheme);
    await writeFile(to, png);
    console.log(
      `${to}: ${width} px, ${scheme}${contentWidth > width ? `, but the content is ${contentWidth} px wide` : ''}`,
    );
    return contentWidth > width ? 1 : 0;
  } finally {
    child.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

process.exitCode = await main(process.argv.slice(2));
