"use strict";
// The page works on what stands in it: the picture, and what is said of each box. Nothing is fetched, and text
// is only ever set as text.
(() => {
  const picture = document.querySelector(".picture");
  const svg = picture.querySelector("svg");
  const panel = document.querySelector(".details");
  const search = document.querySelector("#search");
  const found = document.querySelector(".found");
  const told = JSON.parse(document.querySelector("#told").textContent);
  const boxes = [...svg.querySelectorAll(".box[data-path]")];
  const byPath = new Map(boxes.map((box) => [box.dataset.path, box]));
  const whole = svg.viewBox.baseVal;
  const full = { x: whole.x, y: whole.y, w: whole.width, h: whole.height };
  let view = { ...full };

  const LEAST = 0.02, MOST = 8;  // pixels for a unit of the picture
  const size = () => ({ w: picture.clientWidth || 1, h: picture.clientHeight || 1 });
  const scale = () => Math.min(size().w / view.w, size().h / view.h);

  function show(x, y, pixels) {
    // (x, y) in the middle, at so many pixels for each unit.
    const room = size();
    const at = Math.min(Math.max(pixels, LEAST), MOST);
    view = { w: room.w / at, h: room.h / at };
    view.x = x - view.w / 2;
    view.y = y - view.h / 2;
    draw();
  }
  function draw() {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    svg.dataset.scale = scale().toFixed(4);
  }
  function fit() {
    const room = size();
    show(full.x + full.w / 2, full.y + full.h / 2, Math.min(room.w / full.w, room.h / full.h));
  }
  function zoom(factor, clientX, clientY) {
    const room = picture.getBoundingClientRect();
    const now = scale(), next = Math.min(Math.max(now * factor, LEAST), MOST);
    const dx = clientX === undefined ? room.width / 2 : clientX - room.left;
    const dy = clientY === undefined ? room.height / 2 : clientY - room.top;
    const x = view.x + dx / now, y = view.y + dy / now;
    view = { w: room.width / next, h: room.height / next };
    view.x = x - dx / next;
    view.y = y - dy / next;
    draw();
  }
  function pan(dx, dy) {
    view.x += dx / scale();
    view.y += dy / scale();
    draw();
  }
  function centre(box, pixels) {
    const own = box.getBBox(), matrix = svg.getScreenCTM().inverse().multiply(box.getScreenCTM());
    const middle = new DOMPoint(own.x + own.width / 2, own.y + own.height / 2).matrixTransform(matrix);
    show(middle.x, middle.y, Math.max(scale(), pixels || 0.9));
  }

  // ------------------------------------------------------------ what is said of a box

  function add(parent, name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined) { made.textContent = text; made.dir = "auto"; }
    if (kind) made.className = kind;
    parent.append(made);
    return made;
  }
  function leadTo(parent, path, title) {
    const button = add(parent, "button", title, "to");
    button.type = "button";
    button.addEventListener("click", () => choose(path, true));
  }
  function choose(path, moves) {
    const box = byPath.get(path), about = told[path];
    if (!box || !about) return;
    svg.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    box.classList.add("chosen");
    if (moves) centre(box);
    panel.replaceChildren();
    add(panel, "h2", about.title);
    add(panel, "p", about.what, "dim");
    for (const [heading, text] of about.texts) {
      if (heading) add(panel, "h3", heading);
      add(panel, "p", text);
    }
    if (about.branches.length) {
      add(panel, "h3", "Branches");
      const list = add(panel, "ul");
      for (const [test, to, title, count] of about.branches) {
        const item = add(list, "li");
        if (test) add(item, "span", `${test}: `);
        leadTo(item, to, title);
        if (count) add(item, "span", ` ${count}`, "dim");
      }
    }
    if (about.actions.length) {
      add(panel, "h3", "To do");
      const list = add(panel, "ul");
      about.actions.forEach((text) => add(list, "li", text));
    }
    panel.closest("aside").scrollTop = 0;
  }
  for (const box of boxes) {
    box.setAttribute("tabindex", "0");
    box.setAttribute("role", "button");
    box.setAttribute("aria-label", told[box.dataset.path].title);
  }
  svg.removeAttribute("role");
  function opened(target) {
    const box = target.closest && target.closest(".box");
    if (!box) return false;
    choose(box.dataset.path || box.dataset.to, !box.dataset.path);
    return true;
  }

  // ------------------------------------------------------------ searching

  let hits = [], at = -1;
  const plain = (text) => text.toLocaleLowerCase();
  function look() {
    const wanted = plain(search.value.trim());
    hits.forEach((box) => box.classList.remove("found"));
    hits = wanted ? boxes.filter((box) => plain(told[box.dataset.path].find).includes(wanted)) : [];
    hits.forEach((box) => box.classList.add("found"));
    at = -1;
    found.textContent = !wanted ? "" : hits.length ? `${hits.length} found` : "nothing found";
    if (hits.length) next(1);
  }
  function next(step) {
    if (!hits.length) return;
    at = (at + step + hits.length) % hits.length;
    found.textContent = `${at + 1} of ${hits.length}`;
    choose(hits[at].dataset.path, true);
  }
  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); next(event.shiftKey ? -1 : 1); }
    if (event.key === "Escape") { search.value = ""; look(); search.blur(); }
  });

  // ------------------------------------------------------------ hands

  picture.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.clientX, event.clientY);
  }, { passive: false });

  const down = new Map();
  let moved = 0, spread = 0;
  picture.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    down.set(event.pointerId, event);
    moved = 0;
  });
  window.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
    down.set(event.pointerId, event);
    if (down.size === 1) {
      moved += Math.abs(dx) + Math.abs(dy);
      if (moved > 4) { picture.classList.add("drags"); pan(-dx, -dy); }
      return;
    }
    const [one, two] = [...down.values()];
    const apart = Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
    if (spread) zoom(apart / spread, (one.clientX + two.clientX) / 2, (one.clientY + two.clientY) / 2);
    spread = apart;
    moved = 99;
  });
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, (event) => {
      down.delete(event.pointerId);
      spread = 0;
      if (!down.size) picture.classList.remove("drags");
    });
  }
  picture.addEventListener("click", (event) => { if (moved <= 4) opened(event.target); });

  document.addEventListener("keydown", (event) => {
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 80;
    const acts = {
      "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "0": fit, "f": fit, "w": wayStart,
      "/": () => search.focus(), "ArrowLeft": () => pan(-step, 0), "ArrowRight": () => pan(step, 0),
      "ArrowUp": () => pan(0, -step), "ArrowDown": () => pan(0, step),
      "n": () => next(1), "p": () => next(-1),
    };
    if ((event.key === "Enter" || event.key === " ") && opened(event.target)) { event.preventDefault(); return; }
    if (event.target.closest && event.target.closest("aside, button") && event.key.startsWith("Arrow")) return;
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => ({
    in: () => zoom(1.25), out: () => zoom(0.8), fit, way: wayStart,
  })[button.dataset.do]()));
  document.querySelectorAll("[data-show]").forEach((button) => {
    button.addEventListener("click", () => choose(button.dataset.show, true));
  });

  // ------------------------------------------------------------ at first, and on paper

  function wayStart() {
    const box = svg.querySelector(".box.here") || svg.querySelector(".box.way");
    if (box) choose(box.dataset.path, true);
  }
  function begin() {
    fit();
    if (scale() >= 0.5) return;
    // Too large to be read at once: begin where the tree does, or where the way has come to.
    const box = svg.querySelector(".box.here") || boxes[0];
    if (box) centre(box, 0.8);
    // No empty paper where there is more to be seen.
    const within = (at, room, begins, long) =>
      room >= long ? begins + (long - room) / 2 : Math.min(Math.max(at, begins), begins + long - room);
    view.x = within(view.x, view.w, full.x, full.w);
    view.y = within(view.y, view.h, full.y, full.h);
    draw();
  }
  let before = null;
  window.addEventListener("beforeprint", () => { before = view; view = { ...full }; draw(); });
  window.addEventListener("afterprint", () => { if (before) { view = before; draw(); } });
  let room = size();
  new ResizeObserver(() => {
    const now = size(), middle = { x: view.x + view.w / 2, y: view.y + view.h / 2 };
    if (now.w === room.w && now.h === room.h) return;
    const pixels = Math.min(room.w / view.w, room.h / view.h);
    room = now;
    show(middle.x, middle.y, pixels);
  }).observe(picture);
  begin();
  document.documentElement.dataset.ready = "yes";
})();
