import {significant} from "./spread.js";

/** A turn of a page's main thread: from taking an event off its queue until it can take the next. */
export interface Task {
  ms: number;
  /** Of these, what the thread computed itself: other programs lengthen the rest. */
  cpuMs: number;
  /** What most of its time went into, for people: functions with their files, layout, paint, garbage. */
  parts: string[];
}

/** An event of Chromium's trace format; times in microseconds. */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Of the thread. */
  tdur?: number;
  args?: {name?: string; data?: {functionName?: string; url?: string; type?: string}};
}

type Span = TraceEvent & {dur: number};

/** What a trace must be of, for `mainThreadTasks`. */
export const TRACE_CATEGORIES: readonly string[] = [
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "v8"
];

/** The tasks of a page, by what `browser.stopTracing` gives. Throws Error where it holds no main thread of a page. */
export function mainThreadTasks(trace: Uint8Array): Task[] {
  const {traceEvents: events} = JSON.parse(new TextDecoder().decode(trace)) as {traceEvents: TraceEvent[]};
  const threads = new Set(
    events
      .filter(({name, args}) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({pid, tid}) => `${pid} ${tid}`)
  );
  if (threads.size === 0) throw new Error("The trace holds no main thread of a page.");
  const spans = events.filter((event): event is Span => event.ph === "X" && event.dur !== undefined);
  const ours = spans.filter(({pid, tid}) => threads.has(`${pid} ${tid}`));
  const parts = ours.filter(({name, dur}) => name !== "RunTask" && dur >= SHORTEST_PART);
  return ours
    .filter(({name}) => name === "RunTask")
    .map((task) => ({
      ms: task.dur / 1000,
      cpuMs: (task.tdur ?? task.dur) / 1000,
      parts: partsOf(task, parts)
    }));
}

/** The `count` longest, the longest first. */
export const longestTasks = (tasks: readonly Task[], count: number): Task[] =>
  [...tasks].sort((a, b) => b.ms - a.ms).slice(0, count);

/** Microseconds. */
const SHORTEST_PART = 1000;
const MOST_PARTS = 6;

/** Those of a task, the longest first; parts of parts are named too. */
function partsOf({pid, tid, ts, dur}: Span, all: readonly Span[]): string[] {
  return all
    .filter((part) => part.pid === pid && part.tid === tid && part.ts >= ts && part.ts < ts + dur)
    .sort((a, b) => b.dur - a.dur)
    .slice(0, MOST_PARTS)
    .map(({name, dur, tdur = dur, args}) => {
      const {functionName, url, type} = args?.data ?? {};
      const what = [functionName || type, url?.split("/").at(-1)].filter(Boolean).join(" in ");
      return `${name}${what && ` (${what})`} ${significant(tdur / 1000)} ms`;
    });
}
