/* Drag a household to another member, or a turn onto another one. Before it is let go, what it would cost is
   shown; let go, that same form is sent. Without this script, and by keyboard, every chip is a link to the
   page with the same form. */
(() => {
  const far = 8; // pixels before a press becomes a drag
  const preview = document.getElementById("preview");
  let held = null; // { chip, x, y, dragging, target, ghost }
  let dropped = false;
  const known = new Map(); // address → promise of the cost's HTML

  const cost = (chip, key) => {
    const name = chip.hasAttribute("data-drop") ? "other" : "member";
    const back = encodeURIComponent(location.pathname);
    const address = `${chip.dataset.drag}?part=1&${name}=${key}&back=${back}`;
    if (!known.has(address)) {
      known.set(address, fetch(address, { headers: { "X-Requested-With": "fetch" } })
        .then((answer) => (answer.ok ? answer.text() : "")));
    }
    return known.get(address);
  };

  const show = (html) => {
    preview.replaceChildren();
    const part = new DOMParser().parseFromString(html, "text/html").body;
    preview.append(...part.childNodes);
    preview.hidden = !html;
  };

  const over = (x, y) => {
    const at = document.elementFromPoint(x, y);
    const target = at && at.closest("[data-drop]");
    return target && target.dataset.drop !== held.chip.dataset.home ? target : null;
  };

  const mark = (target) => {
    if (held.target === target) return;
    if (held.target) held.target.classList.remove("dragged-over");
    held.target = target;
    if (!target) return show("");
    target.classList.add("dragged-over");
    cost(held.chip, target.dataset.drop).then((html) => {
      if (held && held.target === target) show(html);
    });
  };

  const end = () => {
    if (!held) return;
    if (held.target) held.target.classList.remove("dragged-over");
    held.chip.classList.remove("dragging");
    document.body.classList.remove("dragging-on");
    held = null;
  };

  document.addEventListener("pointerdown", (event) => {
    const chip = event.target.closest("[data-drag]");
    if (!chip || event.button) return;
    held = { chip, x: event.clientX, y: event.clientY, dragging: false, target: null, touch: event.pointerType === "touch" };
    if (held.touch) held.timer = setTimeout(() => begin(), 350); // a short press scrolls, a long one drags
  });

  const begin = () => {
    if (!held) return;
    held.dragging = true;
    held.chip.classList.add("dragging");
    document.body.classList.add("dragging-on");
  };

  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const moved = Math.hypot(event.clientX - held.x, event.clientY - held.y) > far;
    if (!held.dragging) {
      if (!moved) return;
      if (held.touch) { clearTimeout(held.timer); held = null; return; }
      begin();
    }
    event.preventDefault();
    mark(over(event.clientX, event.clientY));
    const edge = 60;
    if (event.clientY < edge) window.scrollBy(0, -12);
    if (event.clientY > window.innerHeight - edge) window.scrollBy(0, 12);
  });

  document.addEventListener("touchmove", (event) => {
    if (held && held.dragging) event.preventDefault();
  }, { passive: false });

  document.addEventListener("dragstart", (event) => {
    if (event.target.closest && event.target.closest("[data-drag]")) event.preventDefault();
  });

  document.addEventListener("pointerup", () => {
    if (!held) return;
    clearTimeout(held.timer);
    const { chip, target, dragging } = held;
    end();
    if (!dragging) return;
    dropped = true; // the click that follows is no wish to open the page
    setTimeout(() => { dropped = false; }, 0);
    if (!target) return show("");
    cost(chip, target.dataset.drop).then((html) => {
      show(html);
      const form = preview.querySelector("form");
      if (form) form.requestSubmit();
      else preview.scrollIntoView({ block: "nearest" });
    });
  });

  document.addEventListener("click", (event) => { if (dropped) event.preventDefault(); }, true);
  document.addEventListener("pointercancel", () => { if (held) clearTimeout(held.timer); end(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { end(); show(""); } });
})();
