"use strict";
// Lines are [time in us, step, lane, text, lane of the sender or -1, sent at]; see FailurePage.cs.
const data = JSON.parse(document.getElementById("data").textContent);
const rowHeight = 22, timeWidth = 118, faultWidth = 10, laneMin = 180;
const palette = ["#ef9a9a", "#90caf9", "#ffcc80", "#a5d6a7", "#ce93d8", "#80cbc4", "#fff176", "#bcaaa4"];
const stateColors = { serving: "#e6f4e7", running: "#e6f4e7", starting: "#fff6d6", stopping: "#fdebd8", down: "#e3e6ea" };
const states = { boot: "starting", starting: "starting", serving: "serving", stopping: "stopping", down: "down", exit: "down", killed: "down", "power loss": "down" };
const byId = id => document.getElementById(id);
const escape = text => text.replace(/[&<>"]/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[c]));
const seconds = us => (us / 1e6).toFixed(6);
const endUs = Math.max(data.endUs, 1);
let view = [0, endUs], rows = [], chosen = -1, opened = new Set(), laneX = [], laneWidth = laneMin, faultLanes = [];

function placeFaults() {
  // Faults that overlap in time stand side by side.
  const ends = [];
  faultLanes = data.faults.map(fault => {
    let lane = ends.findIndex(end => end <= fault.fromUs);
    if (lane < 0) { lane = ends.length; ends.push(0); }
    ends[lane] = fault.toUs;
    return lane;
  });
  return ends.length;
}
const faultColumns = placeFaults();
const left = timeWidth + faultColumns * (faultWidth + 2) + 8;

// What each lane was, when: pieces of [from, to, state].
const lives = data.lanes.map(() => []);
for (const line of data.lines) {
  let state = states[line[3]];
  if (!state || line[4] >= 0) continue;
  if (line[3] === "boot" && !data.lanes[line[2]].startsWith("broker")) state = "running";
  const pieces = lives[line[2]];
  if (pieces.length) pieces[pieces.length - 1][1] = line[0];
  pieces.push([line[0], endUs, state]);
}

function select() {
  const wanted = byId("filter").value.toLowerCase(), messages = byId("messages").checked, collapse = byId("collapse").checked;
  rows = [];
  let last = null;
  data.lines.forEach((line, i) => {
    const isViolation = i === data.violationLine;
    if (!isViolation && (line[0] < view[0] || line[0] > view[1])) return;
    if (!isViolation && !messages && line[4] >= 0) return;
    if (!isViolation && wanted && !(data.lanes[line[2]] + " " + line[3]).toLowerCase().includes(wanted)) return;
    const kind = line[4] >= 0 ? `${Math.min(line[2], line[4])} ${Math.max(line[2], line[4])}` : `${line[2]} ${line[3]}`;
    if (collapse && !isViolation && last && last.kind === kind && !opened.has(last.first)) {
      last.lines.push(i);
      return;
    }
    const isOpened = last && last.kind === kind && opened.has(last.first);
    const row = { kind, first: isOpened && collapse ? last.first : i, lines: [i] };
    rows.push(row);
    last = isViolation ? null : row;
  });
  byId("count").textContent = `${data.lines.length.toLocaleString("en")} lines in ${rows.length.toLocaleString("en")} rows, ${seconds(view[0])} to ${seconds(view[1])} s`;
  layout();
}

function layout() {
  const width = byId("scroll").clientWidth;
  laneWidth = Math.max(laneMin, (width - left - 20) / Math.max(1, data.lanes.length));
  laneX = data.lanes.map((_, i) => left + laneWidth * i + 24);
  const total = left + laneWidth * data.lanes.length + 20;
  byId("space").style.height = `${rows.length * rowHeight + 40}px`;
  byId("space").style.width = byId("heads").style.width = `${total}px`;
  byId("heads").innerHTML = data.lanes.map((lane, i) => `<span style="left:${laneX[i]}px;transform:translateX(-10px)">${escape(lane)}</span>`).join("");
  draw();
}

function draw() {
  const scroll = byId("scroll"), first = Math.max(0, Math.floor(scroll.scrollTop / rowHeight) - 20);
  const count = Math.min(rows.length - first, Math.ceil(scroll.clientHeight / rowHeight) + 40);
  const svg = byId("rows"), width = left + laneWidth * data.lanes.length + 20;
  svg.style.top = `${first * rowHeight}px`;
  svg.setAttribute("width", width);
  svg.setAttribute("height", Math.max(0, count) * rowHeight);
  const parts = ['<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="3.5" orient="auto"><path d="M0,0 L7,3.5 L0,7 z" fill="#1565c0"/></marker></defs>'];
  const ends = [];
  for (let r = first; r < first + count; r++) parts.push(...drawRow(r, (r - first) * rowHeight, width, ends));
  svg.innerHTML = parts.join("");
  drawOverview();
}

function drawRow(r, y, width, parts = []) {
  const row = rows[r], line = data.lines[row.lines[0]], lastLine = data.lines[row.lines[row.lines.length - 1]], middle = y + rowHeight / 2;
  const isViolation = row.lines[0] === data.violationLine, out = [];
  out.push(`<g class="row${isViolation ? " violated" : ""}${r === chosen ? " chosen" : ""}" data-row="${r}"><rect class="hit" x="0" y="${y}" width="${width}" height="${rowHeight}" fill="white"/>`);
  out.push(`<text class="time" x="10" y="${middle + 4}">${seconds(line[0])}</text>`);
  data.faults.forEach((fault, i) => {
    if (fault.fromUs <= lastLine[0] && fault.toUs >= line[0]) {
      out.push(`<rect x="${timeWidth + faultLanes[i] * (faultWidth + 2)}" y="${y}" width="${faultWidth}" height="${rowHeight}" fill="${palette[i % palette.length]}"><title>${escape(fault.text)}</title></rect>`);
    }
  });
  data.lanes.forEach((_, lane) => out.push(drawLane(lane, line[0], y)));
  if (isViolation) {
    out.push(`<text x="${left + 6}" y="${middle + 4}" style="fill:#c62828;font-weight:600">▲ ${escape(cut(line[3], width - left))}</text>`);
  } else if (line[4] >= 0) {
    out.push(drawMessages(row, line, middle));
  } else {
    const x = laneX[line[2]], many = row.lines.length > 1 ? ` × ${row.lines.length}` : "";
    out.push(`<circle cx="${x}" cy="${middle}" r="3.2" fill="#37474f"/><text x="${x + 9}" y="${middle + 4}">${escape(cut(line[3], widthOf(line[2]) - 60) + many)}</text>`);
  }
  out.push("</g>");
  return out;
}

function drawLane(lane, atUs, y) {
  const piece = lives[lane].find(piece => piece[0] <= atUs && (atUs < piece[1] || piece[1] === endUs) || piece[0] === atUs);
  const color = piece ? stateColors[piece[2]] : null;
  const band = color ? `<rect x="${laneX[lane] - 9}" y="${y}" width="18" height="${rowHeight}" fill="${color}"/>` : "";
  return `${band}<line x1="${laneX[lane]}" x2="${laneX[lane]}" y1="${y}" y2="${y + rowHeight}" stroke="#c3cbd4"/>`;
}

function drawMessages(row, line, middle) {
  const from = laneX[line[4]], to = laneX[line[2]], n = row.lines.length;
  const lines = row.lines.map(i => data.lines[i]);
  const goesBoth = lines.some(other => other[2] !== line[2]);
  const text = n === 1 ? line[3] : `${n} messages${goesBoth ? " to and fro" : ""}`;
  const x = Math.min(from, to) + 12, room = Math.abs(to - from) - 24;
  const start = goesBoth ? ' marker-start="url(#tip)"' : "";
  return `<line x1="${from}" x2="${to}" y1="${middle + 5}" y2="${middle + 5}" stroke="#1565c0" stroke-width="${n > 1 ? 2 : 1.2}" marker-end="url(#tip)"${start ? ' stroke-dasharray="6 3"' : ""}/>`
    + `<text class="small" x="${x}" y="${middle}">${escape(cut(text, room))}</text>`;
}

const widthOf = lane => lane === data.lanes.length - 1 ? laneWidth : laneWidth * (data.lanes.length - lane);
const cut = (text, room) => { const max = Math.max(6, Math.floor(room / 6.6)); return text.length > max ? text.slice(0, max - 1) + "…" : text; };

function drawOverview() {
  const svg = byId("overview"), width = document.body.clientWidth, laneHeight = 15, top = 8, margin = 140;
  const faultRows = Math.max(1, faultColumns), height = top + faultRows * 13 + data.lanes.length * laneHeight + 24;
  const x = us => margin + (width - margin - 20) * us / endUs, out = [];
  svg.setAttribute("width", width); svg.setAttribute("height", height);
  data.faults.forEach((fault, i) => {
    const w = Math.max(3, x(fault.toUs) - x(fault.fromUs)), y = top + faultLanes[i] * 13;
    out.push(`<rect x="${x(fault.fromUs)}" y="${y}" width="${w}" height="11" rx="2" fill="${palette[i % palette.length]}"><title>${escape(fault.text)}</title></rect>`);
    if (w > 60) out.push(`<text class="small" x="${x(fault.fromUs) + 3}" y="${y + 9}">${escape(cut(fault.kind, w))}</text>`);
  });
  out.push(`<text class="small" x="10" y="${top + 9}">faults</text>`);
  data.lanes.forEach((lane, i) => {
    const y = top + faultRows * 13 + 4 + i * laneHeight;
    out.push(`<text class="small" x="10" y="${y + 10}">${escape(cut(lane, margin - 16))}</text><line x1="${margin}" x2="${width - 20}" y1="${y + 7}" y2="${y + 7}" stroke="#e6e9ed"/>`);
    for (const piece of lives[i]) out.push(`<rect x="${x(piece[0])}" y="${y + 1}" width="${Math.max(1, x(piece[1]) - x(piece[0]))}" height="12" fill="${stateColors[piece[2]]}"><title>${piece[2]}</title></rect>`);
    out.push(`<path d="${ticks[i].map(us => `M${x(us).toFixed(1)},${y + 4}v6`).join("")}" stroke="#546e7a" stroke-width="1" opacity="0.55"/>`);
  });
  const bottom = height - 18;
  for (let i = 0; i <= 6; i++) out.push(`<text class="small" x="${x(endUs * i / 6)}" y="${height - 5}" text-anchor="${i === 6 ? "end" : "start"}">${(endUs * i / 6e6).toFixed(2)} s</text>`);
  if (data.violationUs >= 0) out.push(`<line x1="${x(data.violationUs)}" x2="${x(data.violationUs)}" y1="2" y2="${bottom}" stroke="#c62828" stroke-width="2"><title>the violation</title></line>`);
  const scroll = byId("scroll"), at = r => rows.length ? data.lines[rows[Math.max(0, Math.min(rows.length - 1, r))].lines[0]][0] : 0;
  const from = x(at(Math.floor(scroll.scrollTop / rowHeight))), to = x(at(Math.ceil((scroll.scrollTop + scroll.clientHeight) / rowHeight)));
  out.push(`<rect x="${Math.min(from, to)}" y="1" width="${Math.max(2, Math.abs(to - from))}" height="${bottom}" fill="#1565c0" opacity="0.10"/>`);
  if (drag) out.push(`<rect x="${Math.min(drag[0], drag[1])}" y="1" width="${Math.abs(drag[1] - drag[0])}" height="${bottom}" fill="#ffb300" opacity="0.25"/>`);
  svg.innerHTML = out.join("");
}

// One tick for each of 600 slices of time in which a lane did something: enough to see, few enough to draw.
const ticks = data.lanes.map(() => new Set());
for (const line of data.lines) if (line[2] >= 0) ticks[line[2]].add(Math.floor(line[0] / endUs * 600));
data.lanes.forEach((_, i) => { ticks[i] = [...ticks[i]].map(slice => slice * endUs / 600); });

function show(r) {
  chosen = r;
  const row = rows[r];
  if (!row) return;
  const describe = i => { const l = data.lines[i]; return `${seconds(l[0])} s  step ${l[1]}\n${l[4] >= 0 ? `${data.lanes[l[4]]} → ${data.lanes[l[2]]}, sent at ${seconds(l[5])} s` : data.lanes[l[2]] ?? ""}\n${l[3]}`; };
  const shown = row.lines.slice(0, 40).map(describe).join("\n\n");
  const more = row.lines.length > 40 ? `\n\n… and ${row.lines.length - 40} more; double-click the row to open it` : "";
  const atUs = data.lines[row.lines[0]][0];
  const state = data.lanes.map((lane, i) => [lane, lives[i].filter(piece => piece[0] <= atUs).pop()]).filter(pair => pair[1]);
  const running = data.faults.filter(fault => fault.fromUs <= atUs && fault.toUs >= atUs);
  byId("side").innerHTML = `<h2>${row.lines[0] === data.violationLine ? "The violation" : row.lines.length > 1 ? `${row.lines.length} lines` : "Line"}</h2><pre>${escape(shown + more)}</pre>`
    + `<h2>Then</h2><table>${state.map(([lane, piece]) => `<tr><td>${escape(lane)}</td><td>${piece[2]} since ${seconds(piece[0])} s</td></tr>`).join("")}`
    + `${running.map(fault => `<tr><td>fault</td><td>${escape(fault.text)}</td></tr>`).join("")}</table>`
    + (data.state.length ? `<h2>Counted in this run</h2><table>${data.state.map(([name, value]) => `<tr><td>${escape(name)}</td><td>${escape(value)}</td></tr>`).join("")}</table>` : "");
  draw();
}

function goTo(r) {
  const scroll = byId("scroll");
  scroll.scrollTop = Math.max(0, r * rowHeight - scroll.clientHeight * 0.6);
  show(r);
}
const rowAfter = us => { const r = rows.findIndex(row => data.lines[row.lines[0]][0] >= us); return r < 0 ? rows.length - 1 : r; };
function goToViolation() {
  const r = rows.findIndex(row => row.lines[0] === data.violationLine);
  goTo(r < 0 ? rows.length - 1 : r);
}

let drag = null;
const overview = byId("overview");
const timeAt = x => Math.max(0, Math.min(endUs, (x - 140) / (document.body.clientWidth - 160) * endUs));
overview.addEventListener("mousedown", e => { drag = [e.offsetX, e.offsetX]; });
overview.addEventListener("mousemove", e => { if (drag) { drag[1] = e.offsetX; drawOverview(); } });
window.addEventListener("mouseup", () => {
  if (!drag) return;
  const [a, b] = drag.map(timeAt).sort((m, n) => m - n), isClick = Math.abs(drag[1] - drag[0]) < 5;
  drag = null;
  if (isClick) { goTo(rowAfter(a)); } else { view = [a, b]; select(); byId("scroll").scrollTop = 0; draw(); }
});
byId("rows").addEventListener("click", e => { const g = e.target.closest("[data-row]"); if (g) show(+g.dataset.row); });
byId("rows").addEventListener("dblclick", e => {
  const g = e.target.closest("[data-row]"), row = g && rows[+g.dataset.row];
  if (!row) return;
  if (opened.has(row.first)) opened.delete(row.first); else opened.add(row.first);
  select();
});
byId("scroll").addEventListener("scroll", draw);
window.addEventListener("resize", layout);
byId("filter").addEventListener("input", select);
byId("messages").addEventListener("change", select);
byId("collapse").addEventListener("change", () => { opened = new Set(); select(); });
byId("first").addEventListener("click", goToViolation);
byId("zoomOut").addEventListener("click", () => { view = [0, endUs]; select(); });

document.title = data.title;
document.querySelector("h1").innerHTML = data.invariant ? `seed ${data.seed}: <b>${escape(data.invariant)}</b>` : `seed ${data.seed}`;
byId("message").textContent = data.message;
byId("facts").innerHTML = data.facts.map(([name, value]) => `<span>${escape(name)} <b>${name === "replay" ? `<code>${escape(value)}</code>` : escape(value)}</b></span>`).join("");
select();
goToViolation();
