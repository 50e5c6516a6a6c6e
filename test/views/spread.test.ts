import {expect, it} from "vitest";
import {spread} from "../../src/components/views/spread.js";

it("moves marks on one another apart, and leaves those beside them", () => {
  expect(
    spread(
      [
        {x: 0, y: 5},
        {x: 0, y: 4},
        {x: 90, y: 5}
      ],
      10
    )
  ).toEqual([
    {x: 0, y: 4},
    {x: 0, y: 14},
    {x: 90, y: 5}
  ]);
});

it("leaves the marks that it was given as they were", () => {
  const marks = [
    {x: 0, y: 1, mark: "a"},
    {x: 0, y: 1, mark: "b"}
  ];
  expect(spread(marks).map(({mark, y}) => [mark, y])).toEqual([
    ["a", 1],
    ["b", 14]
  ]);
  expect(marks.map(({y}) => y)).toEqual([1, 1]);
});
