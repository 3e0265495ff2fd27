/** A line of a panel. Both axes are logarithmic. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The index of the point that gets a ring. */
  readonly ring: number;
}

export interface Panel {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly lines: readonly Line[];
}

const WIDTH = 310;
const HEIGHT = 210;
const STEP_X = 395;
const STEP_Y = 300;
const LEFT = 62;
const TOP = 92;

/** Panels in rows as an SVG, with one legend above them. The same panels are the same text. */
export function drawPanels(rows: readonly (readonly Panel[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const width = LEFT + columns * STEP_X - 20;
  const height = TOP + rows.length * STEP_Y - 30;
  const legend = new Map(rows.flat().flatMap(({ lines }) => lines.map(({ name, colour }) => [name, colour])));
  const panels = rows.flatMap((row, y) =>
    row.map((panel, x) => {
      return `<g transform="translate(${LEFT + x * STEP_X},${TOP + y * STEP_Y})">${drawPanel(panel)}</g>`;
    }),
  );
  const style = 'font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#222"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${style}>`,
    "<title>Status requests per message against how late a final report is noticed</title>",
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...drawLegend([...legend]),
    ...panels,
    "</svg>",
    "",
  ].join("\n");
}

function drawLegend(entries: readonly (readonly [name: string, colour: string])[]): string[] {
  const drawn = entries.map(([name, colour], index) => {
    const x = 20 + (index % 3) * 380;
    const y = 22 + Math.floor(index / 3) * 22;
    return `<path d="M${x} ${y}h26" stroke="${colour}" stroke-width="2.5"/>${text(x + 32, y + 4, name)}`;
  });
  const last = entries.length;
  return [...drawn, text(20 + (last % 3) * 380, 26 + Math.floor(last / 3) * 22, "ring: the usual setting")];
}

function drawPanel({ title, xTitle, yTitle, lines }: Panel): string {
  const points = lines.flatMap((line) => line.points);
  const xScale = scaleOf(
    points.map(([x]) => x),
    0,
    WIDTH,
  );
  const yScale = scaleOf(
    points.map(([, y]) => y),
    HEIGHT,
    0,
  );
  const frame = `<rect width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#bbb"/>`;
  const xTicks = xScale.ticks.map((tick) => {
    const x = coordinate(xScale.at(tick));
    return `<path d="M${x} 0v${HEIGHT}" stroke="#eee"/>${text(x, HEIGHT + 16, String(tick), "middle")}`;
  });
  const yTicks = yScale.ticks.map((tick) => {
    const y = yScale.at(tick);
    return `<path d="M0 ${coordinate(y)}h${WIDTH}" stroke="#eee"/>${text(-6, y + 4, String(tick), "end")}`;
  });
  return [
    ...xTicks,
    ...yTicks,
    frame,
    `<g font-weight="bold">${text(0, -9, title)}</g>`,
    text(WIDTH / 2, HEIGHT + 34, xTitle, "middle"),
    `<g transform="translate(-44,${HEIGHT / 2}) rotate(-90)">${text(0, 0, yTitle, "middle")}</g>`,
    ...lines.map((line) => drawLine(line, xScale, yScale)),
  ].join("\n");
}

function drawLine({ points, colour, ring }: Line, xScale: Scale, yScale: Scale): string {
  const places = points.map(([x, y]) => [coordinate(xScale.at(x)), coordinate(yScale.at(y))] as const);
  const path = places.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  const dots = places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`);
  const [ringX, ringY] = places[ring] ?? [0, 0];
  const circle = `<circle cx="${ringX}" cy="${ringY}" r="7" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${circle}`;
}

interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** A logarithmic scale with a little room on both sides, and a tick at every power of ten. */
function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const low = Math.log10(Math.min(...values)) - 0.12;
  const high = Math.log10(Math.max(...values)) + 0.12;
  const ticks: number[] = [];
  for (let power = Math.ceil(low); power <= high; power++) ticks.push(Number(`1e${power}`));
  return { at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from), ticks };
}

/** A tenth of a pixel is enough, and the same on every machine. */
function coordinate(value: number): string {
  return value.toFixed(1);
}

function text(x: number | string, y: number, words: string, anchor = "start"): string {
  const place = typeof x === "number" ? coordinate(x) : x;
  return `<text x="${place}" y="${coordinate(y)}" text-anchor="${anchor}">${words}</text>`;
}
