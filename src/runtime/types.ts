/** Wall clock and waiting. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go backwards. */
  monotonic(): number;
  /** Resolves after `milliseconds`, or rejects with CancelledError when `signal` aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1); for jitter, never for statistics. */
  fraction(): number;
}

export interface FileInfo {
  kind: 'file' | 'directory' | 'link' | 'other';
  bytes: number;
  modifiedMs: number;
  /** Last change of content or attributes; 0 where the system has none. */
  changedMs: number;
  inode: number;
  mode: number;
}

/**
 * Files as the product needs them. Paths are absolute. A missing file is `null`, every other failure is thrown. Only
 * files are read: a pipe, socket or device, which might never end, is a ConfigError.
 */
export interface Files {
  /** Whole files, up to 512 MiB. */
  readText(path: string): Promise<string | null>;
  readBytes(path: string): Promise<Uint8Array | null>;
  /**
   * Chunks of at most `chunkBytes` from byte `start` on, for files that must not fill memory. With `buffers` the chunks lie
   * in these, one after the other: a chunk is good until as many more have been asked for.
   */
  stream(
    path: string,
    chunkBytes?: number,
    start?: number,
    buffers?: readonly Uint8Array[],
  ): AsyncIterable<Uint8Array>;
  /** Whole or not at all: a temporary file beside it, flushed, then renamed. Makes parent folders. */
  write(path: string, data: string | Uint8Array): Promise<void>;
  /** Like `write`, but only where nothing is yet; `false` when there is, also when two try at once. */
  create(path: string, data: string | Uint8Array): Promise<boolean>;
  /** Appends, making parent folders. */
  append(path: string, data: string | Uint8Array): Promise<void>;
  /** Does not follow links. */
  info(path: string): Promise<FileInfo | null>;
  /** Names in a folder, sorted; `null` when there is no such folder. */
  list(path: string): Promise<string[] | null>;
  makeFolder(path: string): Promise<void>;
  /** A file or a whole folder; nothing to remove is fine. */
  remove(path: string): Promise<void>;
  /** Copy of one file, by copy-on-write where the file system can; keeps the mode. */
  copy(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  readLink(path: string): Promise<string>;
  /** The path with all links resolved. */
  realPath(path: string): Promise<string | null>;
  makeLink(target: string, path: string): Promise<void>;
  makeTemporaryFolder(prefix: string): Promise<string>;
  /** SHA-256 as hex of each file, in the order given, on all cores. Throws for a missing file. */
  sha256(paths: readonly string[]): Promise<string[]>;
}

export interface ProcessSpec {
  command: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment of the process: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** A failure of what delivers chunks ends the process and is thrown. */
  stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Called with raw chunks; when absent the stream is collected (see `maxBytes`). No more is read until a promise settles. */
  onStdout?: (chunk: Uint8Array) => void | Promise<void>;
  onStderr?: (chunk: Uint8Array) => void | Promise<void>;
  /** Collected output beyond this ends the process with an error. Default 64 MiB. */
  maxBytes?: number;
  timeoutMs?: number;
  /** After SIGTERM to the whole group, milliseconds until SIGKILL. Default 2,500. */
  graceMs?: number;
  signal?: AbortSignal;
}

export interface ProcessResult {
  /** `null` when ended by a signal. */
  code: number | null;
  endedBy: string | null;
  timedOut: boolean;
  cancelled: boolean;
  stdout: Uint8Array;
  stderr: Uint8Array;
  wallMs: number;
}

/** Names one process for good: a process id is used again after its process ended. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** When it started, in the system's own words; `null` where that cannot be told. */
  started: string | null;
}

/** Every process is the leader of a group of its own, ended as a whole. A command not found is a ConfigError. */
export interface Processes {
  run(spec: ProcessSpec): Promise<ProcessResult>;
  /** This process. */
  self(): ProcessIdentity;
  /** Whether that process still lives; one of another host is taken to. */
  isRunning(identity: ProcessIdentity): boolean;
}

/** The story a person reads while it happens; goes to stderr on a laptop, to the runner's log in CI. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
  debug(line: string): void;
  /** Opens a fold; everything until `endGroup` belongs to it. */
  group(title: string): void;
  endGroup(): void;
  /** Raw output of a user's process; never interpreted as workflow commands. Settles when more can be taken. */
  output(chunk: Uint8Array): void | Promise<void>;
  /** One line that is overwritten in a terminal and left out elsewhere; `null` clears it. */
  progress(line: string | null): void;
}

/** Work on plain data that may be done in another thread, and the name it is found by there. */
export interface Task<Job, Result> {
  name: string;
  run(job: Job): Result | Promise<Result>;
}

/** Threads beside this one, for work that keeps a core busy for long. */
export interface Threads {
  /** Results of a task for each job, in the order of jobs. Typed arrays in jobs and results move: whoever gives one away has it no more. */
  map<Job, Result>(task: Task<Job, Result>, jobs: AsyncIterable<Job>): AsyncIterable<Result>;
}

export interface Runtime {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  platform: string;
  cores: number;
  /** The processor as the system names it; '' where it does not. */
  processor: string;
  clock: Clock;
  random: Random;
  files: Files;
  /** `null` where there is one core, or the program cannot be loaded twice. */
  threads: Threads | null;
  processes: Processes;
  log: Log;
  /** Aborts on ctrl-C or when the runner cancels the job. */
  signal: AbortSignal;
}
