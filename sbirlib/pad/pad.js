// The drawing pad on a page. One module, no dependency, nothing from the network.
//
// A `desk` is what all views of one pad share: the paper, what was on it before, what was found for it, and the talk
// with Python: at most one question is on its way, and the newest paper is always the next one asked about.
// A view (`show`) is a canvas, its tools and a list of photos. Points are [x, y] from 0 to 1 over the paper.

const STEP = 0.004; // points of a stroke are at least so far apart, in papers
const RUBBER = 0.03; // the eraser's radius
const BREATH = 200; // milliseconds between questions while a stroke is drawn: its end seldom has to wait for an answer
const PATIENCE = 4000; // milliseconds without an answer until the pad says that it waits

const TOOLS = [
  ["draw", "Draw", "Draw with mouse, pen or finger"],
  ["erase", "Erase", "Rub out what the pointer touches"],
  ["undo", "Undo", "Take the last change back"],
  ["redo", "Redo", "Do it again"],
  ["clear", "Clear", "An empty paper"],
  ["replay", "Replay", "Show how it was drawn"],
];

const EMPTY = { strokes: [], example: false };

// ---------------------------------------------------------------------------------------------------- strokes

const round = (value) => Math.round(value * 10000) / 10000;
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
const inside = (p) => p[0] >= 0 && p[0] <= 1 && p[1] >= 0 && p[1] <= 1;
const clamped = (p) => p.map((value) => Math.min(Math.max(value, 0), 1));
const same = (a, b) => a.example === b.example && JSON.stringify(a.strokes) === JSON.stringify(b.strokes);

/** How far p lies from the way from a to b. */
function away(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const t = length ? Math.min(Math.max(((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length, 0), 1) : 0;
  return distance(p, [a[0] + t * dx, a[1] + t * dy]);
}

/** The same way with a point at least every third of the eraser's radius. */
function dense(stroke) {
  const out = [stroke[0]];
  for (let i = 1; i < stroke.length; i++) {
    const [a, b] = [stroke[i - 1], stroke[i]];
    const pieces = Math.ceil((3 * distance(a, b)) / RUBBER);
    for (let k = 1; k < pieces; k++) {
      out.push([round(a[0] + ((b[0] - a[0]) * k) / pieces), round(a[1] + ((b[1] - a[1]) * k) / pieces)]);
    }
    out.push(b);
  }
  return out;
}

/** What is left of strokes after the eraser went from a to b: those it touched are cut, the others are as they were. */
function rubbed(strokes, a, b) {
  return strokes.flatMap((stroke) => {
    const points = dense(stroke);
    const kept = points.map((p) => away(p, a, b) > RUBBER);
    if (kept.every(Boolean)) return [stroke];
    const runs = [];
    points.forEach((p, i) => {
      if (!kept[i]) return;
      if (i === 0 || !kept[i - 1]) runs.push([]);
      runs[runs.length - 1].push(p);
    });
    return runs.filter((run) => run.length > 1);
  });
}

// ----------------------------------------------------------------------------------------------------- the desk

function makeDesk() {
  const name = Math.random().toString(36).slice(2); // tells this page from another one on the same kernel
  const desk = {
    paper: EMPTY,
    live: null, // the paper with a stroke that is not finished, or half rubbed out
    past: [],
    future: [],
    pen: 1 / 64,
    places: 0, // photos shown; 0: this pad only draws
    ready: false, // Python has said what is on the paper
    hits: [],
    problem: "",
    pictures: new Map(), // photo's key: the address of its thumbnail
    kernel: null, // milliseconds in the kernel
    since: null, // when what is shown now was asked for, by the hand that drew it
    late: false,
    views: new Set(),
  };
  let model = null;
  let turn = 0;
  let steps = []; // papers that Python has not been told
  let asked = null; // the question on its way
  let wanted = null; // since when another one is due
  let last = -Infinity; // when the last one was sent
  let [soon, timer] = [0, 0];

  const changed = (what) => desk.views.forEach((view) => view(what));
  desk.onPaper = () => desk.live ?? desk.paper;

  function send() {
    clearTimeout(soon);
    if (!model || wanted === null || asked) return;
    const rest = desk.live ? last + BREATH - performance.now() : 0;
    if (rest > 0) {
      soon = setTimeout(send, rest);
      return;
    }
    turn += 1;
    last = performance.now();
    asked = { turn, since: wanted };
    wanted = null;
    const live = desk.live ? desk.live.strokes : null;
    model.send({ kind: "paper", front: name, turn, steps, live });
    steps = [];
    clearTimeout(timer);
    timer = setTimeout(() => {
      asked = null; // the kernel is busy, or gone: the next change asks again
      desk.late = true;
      changed("found");
      send();
    }, PATIENCE);
  }

  /** Ask about what is on the paper; `since` is when the hand did it. */
  function ask(since = performance.now()) {
    wanted = since;
    changed("asking");
    send();
  }
  desk.asking = () => asked !== null || wanted !== null;

  /** A stroke is being drawn, or rubbed out. */
  desk.progress = (paper) => {
    desk.live = paper;
    changed("paper");
    ask();
  };

  /** It comes to nothing. */
  desk.drop = () => {
    desk.live = null;
    changed("paper");
    ask();
  };

  /** The paper has changed for good. */
  desk.settle = (paper, since) => {
    if (same(paper, desk.paper)) {
      desk.drop();
      return;
    }
    desk.live = null;
    desk.past.push(desk.paper);
    desk.future = [];
    desk.paper = paper;
    steps.push({ ...paper, back: false });
    changed("paper");
    ask(since);
  };

  const go = (from, to, back) => {
    if (!from.length) return;
    to.push(desk.paper);
    desk.live = null;
    desk.paper = from.pop();
    steps.push({ ...desk.paper, back });
    changed("paper");
    ask();
  };
  desk.undo = () => go(desk.past, desk.future, true);
  desk.redo = () => go(desk.future, desk.past, false);

  /** Python has changed the paper. */
  function take(paper, back) {
    desk.live = null;
    const before = desk.past.findLastIndex((old) => same(old, paper));
    if (back && before >= 0) {
      desk.future.push(desk.paper, ...desk.past.splice(before).slice(1).reverse());
    } else if (!same(paper, desk.paper)) {
      desk.past.push(desk.paper);
      desk.future = [];
    }
    desk.paper = paper;
  }

  function hear(message, buffers) {
    (message.thumbnails ?? []).forEach((key, i) => {
      URL.revokeObjectURL(desk.pictures.get(key));
      desk.pictures.set(key, URL.createObjectURL(new Blob([buffers[i]], { type: "image/jpeg" })));
    });
    if (message.kind === "hits") {
      if (message.front !== name || message.turn !== turn) return; // another page's answer, or one that came too late
      desk.since = asked?.since ?? null;
      clearTimeout(timer);
      asked = null;
    } else if (message.kind === "hello" || message.kind === "paper") {
      Object.assign(desk, { pen: message.pen, places: message.places, since: null });
      const paper = { strokes: message.strokes, example: message.example };
      if (message.kind === "paper") take(paper, message.back);
      else if (!desk.ready && !desk.past.length && !desk.live) desk.paper = paper;
      desk.ready = true;
      changed("paper");
    } else {
      return;
    }
    Object.assign(desk, { hits: message.hits, problem: message.problem, kernel: message.milliseconds, late: false });
    changed("found");
    if (desk.hits.some((hit) => !desk.pictures.has(hit.key)) && message.kind !== "hello") hello();
    send();
  }

  const hello = () => model.send({ kind: "hello", front: name });

  desk.connect = (to) => {
    model = to;
    model.on("msg:custom", hear);
    hello();
    return () => {
      model.off("msg:custom", hear);
      clearTimeout(timer);
      clearTimeout(soon);
      desk.pictures.forEach((address) => URL.revokeObjectURL(address));
    };
  };
  return desk;
}

// ----------------------------------------------------------------------------------------------------- a view

/** An element with properties, attributes (names with a dash, and role) and children. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

function show(desk, el) {
  const canvas = element("canvas", { className: "sbir-paper", role: "img" });
  const buttons = Object.fromEntries(
    TOOLS.map(([key, label, title]) => [key, element("button", { type: "button", title, textContent: label })]),
  );
  const tools = element("div", { className: "sbir-tools", role: "group", "aria-label": "Drawing tools" });
  tools.append(...Object.values(buttons));
  const hint = element("p", { className: "sbir-hint" });
  const photos = element("ol", { className: "sbir-photos", "aria-label": "Photos found, best first" });
  const status = element("p", { className: "sbir-status" });
  const found = element("div", { className: "sbir-found", role: "region", "aria-live": "polite" }, photos, status);
  found.setAttribute("aria-label", "What is found");
  const desktop = element("div", { className: "sbir-desk" }, canvas, tools, hint);
  // JupyterLab's single-letter shortcuts would act on the cell while a button has the focus
  const root = element("div", { className: "sbir-pad", tabIndex: -1, "data-lm-suppress-shortcuts": "true" }, desktop);
  root.append(found);
  el.append(root);

  const context = canvas.getContext("2d");
  let tool = "draw";
  let stopReplay = null;

  // --- the paper

  function line(stroke, side) {
    context.beginPath();
    context.moveTo(stroke[0][0] * side, stroke[0][1] * side);
    if (stroke.length === 1) context.lineTo(stroke[0][0] * side + 0.01, stroke[0][1] * side); // a dot: two round ends
    stroke.slice(1).forEach((p) => context.lineTo(p[0] * side, p[1] * side));
    context.stroke();
  }

  function paint(strokes = desk.onPaper().strokes) {
    const side = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
    if (!side) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, side, side);
    Object.assign(context, { strokeStyle: "#000", lineWidth: desk.pen * side, lineCap: "round", lineJoin: "round" });
    strokes.forEach((stroke) => line(stroke, side));
  }

  function describe() {
    const { strokes, example } = desk.onPaper();
    const count = `${strokes.length} stroke${strokes.length === 1 ? "" : "s"}`;
    const what = strokes.length ? count + (example ? ", an example" : "") : "empty";
    canvas.setAttribute("aria-label", `Paper to draw on with mouse, pen or finger; now ${what}`);
    root.dataset.strokes = strokes.length;
    buttons.undo.disabled = !desk.past.length;
    buttons.redo.disabled = !desk.future.length;
    buttons.clear.disabled = buttons.replay.disabled = !strokes.length;
    buttons.draw.setAttribute("aria-pressed", tool === "draw");
    buttons.erase.setAttribute("aria-pressed", tool === "erase");
    buttons.replay.textContent = stopReplay ? "Stop" : "Replay";
    canvas.classList.toggle("sbir-erasing", tool === "erase");
    if (example) hint.textContent = "An example. Draw: your first stroke takes its place.";
    else if (strokes.length) hint.textContent = "";
    else hint.textContent = desk.places ? "Draw something: the photos follow your pen." : "Draw something.";
    found.hidden = !desk.places && !desk.problem;
    found.setAttribute("aria-busy", desk.live !== null);
  }

  // --- the hand

  let held = null; // the pointer that is down: { id, points so far, what the paper was }

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [round((event.clientX - box.left) / box.width), round((event.clientY - box.top) / box.height)];
  };

  function advance(event) {
    const p = place(event);
    if (held.rubber) {
      held.strokes = rubbed(held.strokes, held.at, p);
      held.at = p;
      return;
    }
    if (!inside(p)) {
      if (held.stroke) held.stroke.push(clamped(p)); // it leaves the paper here
      held.stroke = null;
      held.at = p;
      return;
    }
    if (!held.stroke) {
      held.stroke = [clamped(held.at)];
      held.strokes = [...held.strokes, held.stroke];
    }
    if (distance(held.stroke[held.stroke.length - 1], p) >= STEP) held.stroke.push(p);
    held.at = p;
  }

  const inHand = () => ({ strokes: held.strokes, example: held.rubber && held.strokes === held.before.strokes });

  canvas.addEventListener("pointerdown", (event) => {
    if (held || (event.button !== 0 && event.button !== 5)) return; // 5 is the other end of a pen
    event.preventDefault();
    stopReplay?.();
    root.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const rubber = tool === "erase" || event.button === 5;
    const before = desk.paper;
    held = { id: event.pointerId, rubber, before, at: place(event), stroke: null };
    held.strokes = !rubber && before.example ? [] : before.strokes;
    advance(event);
    desk.progress(inHand());
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const all = event.getCoalescedEvents?.() ?? [];
    (all.length ? all : [event]).forEach(advance);
    desk.progress(inHand());
  });

  canvas.addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.id) return;
    advance(event);
    const paper = inHand();
    held = null;
    desk.settle(paper, event.timeStamp);
  });

  canvas.addEventListener("pointercancel", (event) => {
    if (!held || event.pointerId !== held.id) return;
    held = null; // the browser took it for something else
    desk.drop();
  });

  canvas.addEventListener("contextmenu", (event) => event.pointerType === "touch" && event.preventDefault());

  // --- the tools

  /** The strokes again, in the order drawn; where less motion is asked for, stroke by stroke. */
  function replay() {
    const { strokes } = desk.onPaper();
    const lengths = strokes.map((stroke) => stroke.slice(1).reduce((sum, p, i) => sum + distance(p, stroke[i]), 0.05));
    const total = lengths.reduce((a, b) => a + b, 0);
    const lasts = Math.min(Math.max(500 * total, 800), 5000);
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const started = performance.now();
    let frame = 0;
    const end = () => {
      if (calm) clearTimeout(frame);
      else cancelAnimationFrame(frame);
      stopReplay = null;
      delete root.dataset.replaying;
      paint();
      describe();
    };
    const next = () => {
      const share = (performance.now() - started) / (calm ? Math.min(lasts, 1500) : lasts);
      if (share >= 1) return end();
      let left = share * total;
      const drawn = [];
      for (const [i, stroke] of strokes.entries()) {
        if (left <= 0) break;
        const part = calm ? 1 : Math.min(left / lengths[i], 1);
        drawn.push(stroke.slice(0, Math.max(1, Math.ceil(part * stroke.length))));
        left -= lengths[i];
      }
      paint(drawn);
      root.dataset.replaying = drawn.length;
      frame = calm ? setTimeout(next, 120) : requestAnimationFrame(next);
    };
    stopReplay = end;
    describe();
    next();
  }

  const actions = {
    draw: () => (tool = "draw"),
    erase: () => (tool = "erase"),
    undo: desk.undo,
    redo: desk.redo,
    clear: () => desk.settle(EMPTY),
    replay: () => {},
  };
  for (const [key, button] of Object.entries(buttons)) {
    button.addEventListener("click", () => {
      const start = key === "replay" && !stopReplay;
      stopReplay?.();
      actions[key]();
      if (start) replay();
      describe();
    });
  }

  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    event.stopPropagation();
    stopReplay?.();
    (event.shiftKey ? desk.redo : desk.undo)();
  });

  // --- the photos

  function photo(hit, item) {
    const address = desk.pictures.get(hit.key) ?? "";
    const image = item.querySelector("img");
    if (image.src !== address) image.src = address;
    image.alt = `Rank ${hit.rank}: ${hit.caption}`;
    item.title = `${hit.rank}. ${hit.key}, score ${hit.score.toFixed(3)}`;
    item.querySelector(".sbir-name").textContent = hit.name;
    item.querySelector(".sbir-score").textContent = hit.score.toFixed(2);
    item.dataset.key = hit.key;
  }

  const empty = () =>
    element(
      "li",
      {},
      element("img", { width: 96, height: 96, draggable: false, alt: "" }),
      element("span", { className: "sbir-name" }),
      element("span", { className: "sbir-score" }),
    );

  async function list() {
    while (photos.children.length > desk.hits.length) photos.lastChild.remove();
    while (photos.children.length < desk.hits.length) photos.append(empty());
    desk.hits.forEach((hit, i) => photo(hit, photos.children[i]));
    root.classList.toggle("sbir-late", desk.late);
    const { hits, since, kernel } = desk;
    if (desk.late) say("Waiting for the kernel …");
    else if (!hits.length) say(desk.live ? "" : desk.problem); // a spot that grows is none
    else {
      await Promise.all([...photos.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
      if (since !== null) await new Promise(requestAnimationFrame);
      if (hits !== desk.hits) return; // something newer is shown already
      if (since === null) say(`Found in ${time(kernel)} in the kernel`);
      else {
        const took = performance.now() - since;
        say(`Found in ${time(took)}, of which ${time(kernel)} in the kernel`);
        Object.assign(root.dataset, { milliseconds: took.toFixed(1), kernel: kernel.toFixed(1) });
      }
    }
    if (desk.ready && !desk.asking()) root.dataset.state = "shown"; // before the kernel has spoken nothing is
  }

  const time = (milliseconds) => `${Math.max(1, Math.round(milliseconds))} ms`;
  const say = (text) => {
    status.textContent = text;
    status.classList.toggle("sbir-problem", Boolean(desk.problem));
  };

  // --- and it begins

  const view = (what) => {
    if (what === "paper" && stopReplay) stopReplay();
    if (what === "paper") paint();
    if (what === "found") list();
    if (what === "asking") root.dataset.state = "asking";
    describe();
  };
  desk.views.add(view);
  const sized = new ResizeObserver(() => stopReplay || paint());
  sized.observe(canvas);
  view("paper");
  view("found");
  return () => {
    stopReplay?.();
    sized.disconnect();
    desk.views.delete(view);
  };
}

export default () => {
  const desk = makeDesk();
  return { initialize: ({ model }) => desk.connect(model), render: ({ el }) => show(desk, el) };
};
