import {expect, it} from "vitest";
import {Playback} from "../../src/components/views/playback.js";

function playing(stops: number) {
  let at = 0;
  let tick: (() => void) | null = null;
  const said: boolean[] = [];
  const playback = new Playback(
    () => {
      at += 1;
      return at < stops;
    },
    (isPlaying) => said.push(isPlaying),
    10,
    {
      setInterval: (call) => {
        tick = call;
        return 1;
      },
      clearInterval: () => {
        tick = null;
      }
    }
  );
  return {playback, said, tick: () => tick?.(), at: () => at, isTicking: () => tick !== null};
}

it("goes from stop to stop and rests at the last", () => {
  const {playback, said, tick, at, isTicking} = playing(3);
  playback.play();
  playback.play();
  for (let i = 0; i < 9; i++) tick();
  expect([at(), isTicking(), playback.isPlaying]).toEqual([3, false, false]);
  expect(said).toEqual([true, false]);
});

it("pauses between two stops, and says so once", () => {
  const {playback, said, tick, at} = playing(9);
  playback.play();
  tick();
  playback.pause();
  playback.pause();
  tick();
  expect(at()).toBe(1);
  expect(said).toEqual([true, false]);
});
