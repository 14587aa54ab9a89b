// Trends on canvas: a panel for each unit, mean as a line, smallest to largest as a band.
//
// The section says what it shows: data-asks (addresses, shifted or of another plant), data-words,
// data-zone, data-start and data-end [ms]. Whatever period is looked at is asked for anew at the step
// that fits the screen, and stands in the address. Everything listens until the section is gone.

const DASHES = [[], [8, 3], [2, 3], [9, 3, 2, 3]];
const BESIDE = [[], [4, 3], [1, 3]];
const EDGE = { left: 58, right: 14, top: 12, bottom: 26 };
const MINUTE = 6e4, HOUR = 36e5, DAY = 864e5;
const STEPS = [1, 2, 5, 10, 15, 30].map(n => n * MINUTE)
  .concat([1, 2, 3, 6, 12].map(n => n * HOUR), [1, 2, 7].map(n => n * DAY));
const MONTHS = [1, 2, 3, 6, 12, 24, 60];
const SHORTEST = 10 * MINUTE, LONGEST = 20 * 366 * DAY, LIVE = MINUTE;
const SHAPES = { critical: "▲", high: "▲", medium: "◆", low: "◇" };

const made = (name, text = "", kind = "") =>
  Object.assign(document.createElement(name), { textContent: text, className: kind });
const known = value => value !== null && value !== undefined;

function figure(value) {
  if (!known(value)) return "–";
  const size = Math.abs(value);
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 || size === 0 ? 2 : 3);
}

function clockOf(zone, lang) {
  const field = { year: "numeric", month: "numeric", day: "numeric" };
  const exact = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...field,
    hour: "numeric", minute: "numeric", second: "numeric" });
  const wall = t => {
    const p = Object.fromEntries(exact.formatToParts(t).map(x => [x.type, Number(x.value)]));
    return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second);
  };
  const instant = w => { const near = w - (wall(w) - w); return w - (wall(near) - near); };
  const told = how => {
    const made = new Intl.DateTimeFormat(lang, { timeZone: zone, hourCycle: "h23", ...how });
    return t => made.format(t);
  };
  const minute = { hour: "2-digit", minute: "2-digit" };
  return { wall, instant, time: told(minute), day: told({ month: "short", day: "numeric" }),
    month: told({ year: "numeric", month: "short" }), whole: told({ ...field, month: "short", weekday: "short", ...minute }) };
}

function marks([start, end], most, clock) {
  const from = clock.wall(start), to = clock.wall(end);
  const step = STEPS.find(one => (end - start) / one <= most);
  const found = [];
  if (step) {
    const monday = step === 7 * DAY ? 4 * DAY : 0;
    for (let w = Math.ceil((from - monday) / step) * step + monday; w <= to; w += step)
      found.push([clock.instant(w), step < DAY && w % DAY ? clock.time : clock.day]);
    return found;
  }
  const months = MONTHS.find(n => (end - start) / (n * 30.4 * DAY) <= most) ?? 120;
  const first = new Date(from);
  let n = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
  for (; Date.UTC(0, n) <= to || Date.UTC(Math.floor(n / 12), n % 12) <= to; n += months) {
    const w = Date.UTC(Math.floor(n / 12), n % 12);
    if (w >= from) found.push([clock.instant(w), clock.month]);
  }
  return found;
}

function levels(low, high, most) {
  const rough = (high - low) / most, ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(n => n * ten).find(n => n >= rough);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; n += 1)
    found.push([n * step, (n * step).toFixed(digits)]);
  return found;
}

function seriesOf(sets) {
  const found = new Map(), place = new Map();
  sets.forEach((set, turn) => set.points.forEach((point, n) => {
    const panel = found.get(point.unit) ?? found.set(point.unit, []).get(point.unit);
    const own = set.of[n];
    if (!place.has(own)) place.set(own, new Set(panel.map(one => one.own)).size);
    const half = (point.step_s ?? 0) / 2;
    panel.push({ ...point, own, turn, label: set.label, order: place.get(own),
      width: (point.step_s ?? 0) * 1000, t: point.time_s.map(s => (s + half + set.shift) * 1000) });
  }));
  return found;
}

function summary(one) {
  const total = { last: null, min: null, max: null, mean: null };
  let sum = 0, many = 0;
  one.mean.forEach((mean, n) => {
    if (!known(mean)) return;
    total.last = mean;
    total.min = Math.min(total.min ?? Infinity, one.min[n]);
    total.max = Math.max(total.max ?? -Infinity, one.max[n]);
    sum += mean * one.count[n];
    many += one.count[n];
  });
  if (many) total.mean = sum / many;
  return total;
}

function nearest(times, t) {
  let low = 0, high = times.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] < t) low = middle; else high = middle;
  }
  return Math.abs(times[low] - t) <= Math.abs((times[high] ?? Infinity) - t) ? low : high;
}

function mount(place) {
  const words = JSON.parse(place.dataset.words), asks = JSON.parse(place.dataset.asks);
  const clock = clockOf(place.dataset.zone, document.documentElement.lang);
  const board = place.querySelector(".panels"), said = place.querySelector(".said");
  const first = location.href;
  const ended = new AbortController(), heard = { signal: ended.signal };
  let home = [Number(place.dataset.start), Number(place.dataset.end)];
  let view = home, sets = [], panels = [], waiting = null, later = 0, frame = 0;
  let at = null, drag = null, span = 600;

  const wide = () => span;
  const x = t => EDGE.left + (t - view[0]) / (view[1] - view[0]) * wide();
  const back = px => view[0] + (px - EDGE.left) / wide() * (view[1] - view[0]);
  const soon = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(draw); };
  const tell = (text, wrong = false) => {
    said.textContent = text;
    said.classList.toggle("critical", wrong);
  };

  function build() {
    const units = seriesOf(sets);
    board.replaceChildren();
    panels = [...units].map(([unit, series]) => {
      const box = made("figure", "", "trend card"), canvas = made("canvas");
      const head = made("figcaption", unit === "-" || !unit ? words.plain : unit.replace("m3", "m³")), legend = made("table", "", "legend");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", series.map(one => one.name).join(", "));
      const row = legend.createTHead().insertRow();
      for (const key of ["point", "last", "min", "max", "mean"])
        row.append(Object.assign(made("th", words[key], key === "point" ? "" : "number"), { scope: "col" }));
      const body = legend.createTBody();
      for (const one of series) {
        const line = body.insertRow(), name = line.insertCell(), sample = made("canvas", "", "sample");
        name.className = "first";
        name.append(sample, made("span", one.label ? `${one.name} · ${one.label}` : one.name));
        name.title = one.point;
        one.sample = sample;
        one.cells = Object.fromEntries(["last", "min", "max", "mean"].map(key => {
          const cell = line.insertCell();
          cell.className = "number";
          cell.dataset.label = words[key];
          return [key, cell];
        }));
        one.told = summary(one);
      }
      box.append(head, canvas, legend);
      board.append(box);
      return { canvas, series, head, unit };
    });
    alarms();
  }

  function alarms() {
    const list = place.querySelector(".alarm-list");
    list.replaceChildren(...sets.flatMap(set => set.alarms.map(one => ({ ...one, set })))
      .sort((one, other) => one.time_s - other.time_s).slice(-20).reverse().map(({ set, ...one }) => {
        const row = made("li"), state = made("span", `${SHAPES[one.priority]} ${one.name}`, `state ${one.priority}`);
        row.append(made("span", clock.whole(one.time_s * 1000), "soft"), " ", state,
          set.label ? made("span", ` · ${set.label}`, "soft") : "");
        return row;
      }));
    list.previousElementSibling.hidden = !list.childElementCount;
  }

  function range(series) {
    let low = Infinity, high = -Infinity;
    for (const one of series) one.t.forEach((t, n) => {
      if (t < view[0] - one.width || t > view[1] + one.width || !known(one.mean[n])) return;
      low = Math.min(low, one.min[n]);
      high = Math.max(high, one.max[n]);
    });
    if (low > high) return [0, 1];
    const room = (high - low) * 0.06 || Math.abs(high) * 0.05 || 1;
    return [low - room, high + room];
  }

  function stroke(pen, one, colours, thick) {
    pen.strokeStyle = pen.fillStyle = colours[one.order % colours.length];
    pen.globalAlpha = one.turn ? 0.75 : 1;
    pen.lineWidth = one.turn ? 1.25 : thick;
    pen.setLineDash(one.turn ? BESIDE[one.turn % 3] : DASHES[one.order % DASHES.length]);
  }

  function line(pen, one, y) {
    pen.beginPath();
    let open = false;
    one.t.forEach((t, n) => {
      if (!known(one.mean[n])) { open = false; return; }
      if (open) pen.lineTo(x(t), y(one.mean[n])); else pen.moveTo(x(t), y(one.mean[n]));
      if (!open && !known(one.mean[n + 1])) pen.fillRect(x(t) - 1.5, y(one.mean[n]) - 1.5, 3, 3);
      open = true;
    });
    pen.stroke();
  }

  function band(pen, one, y) {
    pen.globalAlpha = 0.2;
    for (let n = 0; n < one.t.length; n += 1) {
      const start = n;
      while (n < one.t.length && known(one.mean[n])) n += 1;
      if (n - start < 2) continue;
      pen.beginPath();
      for (let k = start; k < n; k += 1) pen.lineTo(x(one.t[k]), y(one.max[k]));
      for (let k = n - 1; k >= start; k -= 1) pen.lineTo(x(one.t[k]), y(one.min[k]));
      pen.fill();
    }
  }

  function fitted(canvas, width, height) {
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    return pen;
  }

  function axes(pen, size, [low, high], y, look) {
    pen.font = `12px ${look("--type")}`;
    pen.strokeStyle = look("--line");
    pen.fillStyle = look("--soft");
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const [value, text] of levels(low, high, size / 44)) {
      pen.fillRect(EDGE.left - 4, y(value), 4, 1);
      pen.beginPath(); pen.moveTo(EDGE.left, y(value)); pen.lineTo(EDGE.left + wide(), y(value)); pen.stroke();
      pen.fillText(text, EDGE.left - 8, y(value));
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (const [t, form] of marks(view, wide() / 84, clock)) {
      pen.beginPath(); pen.moveTo(x(t), EDGE.top); pen.lineTo(x(t), EDGE.top + size + 4); pen.stroke();
      pen.fillText(form(t), Math.min(x(t), EDGE.left + wide() - 14), EDGE.top + size + 9);
    }
  }

  function flags(pen, size, look) {
    sets.forEach((set, turn) => set.alarms.forEach(one => {
      const px = x((one.time_s + set.shift) * 1000), foot = EDGE.top + size;
      if (px < EDGE.left || px > EDGE.left + wide()) return;
      pen.strokeStyle = pen.fillStyle = look(one.priority === "low" ? "--soft" : `--${one.priority}`);
      pen.globalAlpha = 0.35;
      pen.beginPath(); pen.moveTo(px, EDGE.top); pen.lineTo(px, foot); pen.stroke();
      pen.globalAlpha = 1;
      pen.beginPath(); pen.moveTo(px, foot - 9); pen.lineTo(px - 5, foot); pen.lineTo(px + 5, foot); pen.closePath();
      if (turn) pen.stroke(); else pen.fill();
    }));
  }

  function measure() {
    const box = board.querySelector("figure"), style = box && getComputedStyle(box);
    const room = box ? box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) : board.clientWidth;
    span = Math.max(80, (room || 600) - EDGE.left - EDGE.right);
  }

  function draw() {
    measure();
    const style = getComputedStyle(place), look = name => style.getPropertyValue(name).trim();
    const colours = [1, 2, 3, 4, 5, 6].map(n => look(`--t${n}`));
    const height = innerWidth < 700 ? 190 : 250, size = height - EDGE.top - EDGE.bottom;
    for (const { canvas, series } of panels) {
      const pen = fitted(canvas, wide() + EDGE.left + EDGE.right, height);
      const [low, high] = range(series), y = v => EDGE.top + (high - v) / (high - low) * size;
      axes(pen, size, [low, high], y, look);
      pen.save();
      pen.beginPath(); pen.rect(EDGE.left, 0, wide(), EDGE.top + size); pen.clip();
      for (const one of series) {
        stroke(pen, one, colours, 1.75);
        if (!one.turn && one.step_s) band(pen, one, y);
      }
      for (const one of [...series].reverse()) { stroke(pen, one, colours, 1.75); line(pen, one, y); }
      pen.setLineDash([]);
      pen.globalAlpha = 1;
      flags(pen, size, look);
      pen.restore();
      pen.fillStyle = pen.strokeStyle = look("--link");
      if (drag) {
        pen.globalAlpha = 0.18;
        pen.fillRect(Math.min(drag.from, drag.to), EDGE.top, Math.abs(drag.to - drag.from), size);
        pen.globalAlpha = 1;
      }
      if (at !== null) pen.fillRect(Math.round(x(at)), EDGE.top, 1, size);
      series.forEach(one => legendOf(one, colours));
    }
    cursor();
  }

  function legendOf(one, colours) {
    const pen = fitted(one.sample, 28, 12);
    stroke(pen, one, colours, 2.5);
    pen.beginPath(); pen.moveTo(0, 6); pen.lineTo(28, 6); pen.stroke();
    const n = at === null ? -1 : nearest(one.t, at);
    const near = n >= 0 && Math.abs(one.t[n] - at) <= Math.max(one.width, (view[1] - view[0]) / 100);
    const value = key => figure(at === null ? one.told[key] : near ? one[key][n] : null);
    for (const key of ["min", "max", "mean"]) one.cells[key].textContent = value(key);
    one.cells.last.textContent = figure(one.told.last);
    for (const cell of Object.values(one.cells)) cell.classList.toggle("here", at !== null && cell !== one.cells.last);
  }

  function cursor() {
    const close = 6 / wide() * (view[1] - view[0]);
    const hit = at === null ? [] : sets.flatMap(set =>
      set.alarms.filter(one => Math.abs((one.time_s + set.shift) * 1000 - at) < close));
    const [one, ...more] = hit;
    const here = at === null ? "" : clock.whole(at);
    place.querySelector(".at").textContent = one
      ? `${here} · ${SHAPES[one.priority]} ${one.name}${more.length ? ` +${more.length}` : ""}` : here;
  }

  function steps() {
    const widest = Math.max(0, ...sets.flatMap(set => set.points.map(one => one.step_s ?? 0)));
    const text = widest % 86400 === 0 ? `${widest / 86400} ${words.days}`
      : widest % 3600 === 0 ? `${widest / 3600} h` : `${widest / 60} min`;
    const empty = sets.every(set => set.points.every(one => !one.mean.some(known)));
    place.querySelector(".nothing")?.toggleAttribute("hidden", !empty);
    return empty ? words.empty : widest ? words.step.replace("{step}", text) : words.raw;
  }

  async function load() {
    waiting?.abort();
    const mine = waiting = new AbortController();
    place.setAttribute("aria-busy", "true");
    if (!sets.length) { measure(); tell(words.loading); }
    const many = Math.min(1200, Math.max(400, Math.round(wide())));
    try {
      const answers = await Promise.all(asks.map(async ask => {
        const [start, end] = view.map(t => new Date(t - ask.shift * 1000).toISOString());
        const answer = await fetch(`${ask.url}&start=${start}&end=${end}&buckets=${many}`,
          { signal: mine.signal, credentials: "same-origin" });
        if (answer.status === 401) location.reload();
        const told = await answer.json();
        if (!answer.ok) throw Object.assign(new Error(told.detail), { told: true });
        return { ...told, ...ask };
      }));
      sets = answers;
      build();
      draw();
      tell(steps());
    } catch (error) {
      if (!mine.signal.aborted) tell(error.told ? error.message : words.offline, true);
    } finally {
      if (mine === waiting) place.removeAttribute("aria-busy");
    }
  }

  function address() {
    const same = view === home, here = new URL(first);
    const times = { start: new Date(view[0]).toISOString(), end: new Date(view[1]).toISOString() };
    const named = document.getElementById("period");
    if (!same) { here.searchParams.delete("period"); named.value = ""; }
    for (const [key, value] of Object.entries(times)) {
      if (!same) here.searchParams.set(key, value);
      const field = document.getElementById(key);
      if (field && !same) field.value = new Date(clock.wall(new Date(value))).toISOString().slice(0, 16);
      for (const link of document.querySelectorAll("a[data-export]")) {
        const file = new URL(link.href);
        file.searchParams.set(key, value);
        link.href = file;
      }
    }
    history.replaceState(history.state, "", here);
    const tongue = document.querySelector(".tools a[hreflang]"), other = new URL(here);
    other.searchParams.set("lang", tongue.hreflang.slice(0, 2));
    tongue.href = other;
  }

  function go(next) {
    const middle = (next[0] + next[1]) / 2;
    const half = Math.min(LONGEST, Math.max(SHORTEST, next[1] - next[0])) / 2;
    view = next === home ? home : [Math.round(middle - half), Math.round(middle + half)];
    at = null;
    draw();
    address();
    clearTimeout(later);
    later = setTimeout(load, 120);
  }

  const lasts = () => view[1] - view[0];
  const moves = {
    in: () => go([view[0] + lasts() / 4, view[1] - lasts() / 4]),
    out: () => go([view[0] - lasts() / 2, view[1] + lasts() / 2]),
    left: () => go([view[0] - lasts() / 4, view[1] - lasts() / 4]),
    right: () => go([view[0] + lasts() / 4, view[1] + lasts() / 4]),
    home: () => go(home),
  };
  const keys = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", Home: "home" };
  board.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    moves[keys[event.key]]();
  }, heard);
  place.addEventListener("click", event => moves[event.target.dataset?.move]?.(), heard);
  board.addEventListener("dblclick", event => event.target.matches("canvas") && moves.home(), heard);

  const px = event => Math.min(EDGE.left + wide(), Math.max(EDGE.left,
    event.clientX - event.target.getBoundingClientRect().left));
  board.addEventListener("pointerdown", event => {
    if (!event.target.matches("canvas:not(.sample)") || event.button) return;
    event.target.setPointerCapture(event.pointerId);
    drag = { from: px(event), to: px(event) };
  }, heard);
  board.addEventListener("pointermove", event => {
    if (!event.target.matches("canvas:not(.sample)")) return;
    at = back(px(event));
    if (drag) drag.to = px(event);
    soon();
  }, heard);
  board.addEventListener("pointerup", () => {
    const held = drag;
    drag = null;
    if (held && Math.abs(held.to - held.from) > 8)
      go([back(Math.min(held.from, held.to)), back(Math.max(held.from, held.to))]);
    else soon();
  }, heard);
  const leave = () => { at = drag = null; soon(); };
  board.addEventListener("pointerleave", leave, heard);
  board.addEventListener("pointercancel", leave, heard);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon, heard);
  const looks = new MutationObserver(soon), sizes = new ResizeObserver(soon);
  looks.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  sizes.observe(board);
  const beat = place.dataset.live ? setInterval(() => {
    if (document.hidden || view !== home || drag) return;
    const gone = Date.now() - home[1];
    view = home = home.map(t => t + gone);
    load();
  }, LIVE) : 0;

  const numbers = document.querySelector(".numbers"), period = document.getElementById("period");
  if (numbers) numbers.open = false;
  for (const key of ["start", "end"])
    document.getElementById(key).addEventListener("input", () => { period.value = ""; }, heard);
  for (const one of place.querySelectorAll("[hidden][data-script]")) one.hidden = false;
  load();
  return () => {
    ended.abort();
    waiting?.abort();
    looks.disconnect();
    sizes.disconnect();
    clearInterval(beat);
    clearTimeout(later);
    cancelAnimationFrame(frame);
  };
}

function pick() {
  const find = document.getElementById("find-point");
  find?.parentNode.removeAttribute("hidden");
  if (!find || find.oninput) return;
  find.oninput = () => {
    const sought = find.value.trim().toLocaleLowerCase().split(/\s+/), text = one => one.textContent.toLocaleLowerCase();
    for (const one of document.querySelectorAll(".pick label"))
      one.hidden = !sought.every(word => text(one).includes(word) || text(one.parentNode.firstElementChild).includes(word));
    for (const group of document.querySelectorAll(".pick fieldset"))
      group.hidden = !group.querySelector("label:not([hidden])");
  };
}

let shown = null, end = null;
function follow() {
  pick();
  const there = document.getElementById("trend");
  if (there === shown) return;
  end?.();
  shown = there;
  end = there ? mount(there) : null;
}
follow();
new MutationObserver(follow).observe(document.getElementById("main").parentNode, { childList: true, subtree: true });
