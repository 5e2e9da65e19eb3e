// Small extras for every page; each page works without them.
"use strict";

// <button data-copy="#notice" data-done="已复制" hidden>复制</button>: copies that element's text, says so on the button.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  if (!source) return;
  event.preventDefault();
  const text = "value" in source ? source.value : source.innerText;
  const done = await copied(text, source);
  if (!done || !button.dataset.done) return;
  const before = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = before; }, 2500);
});

// Where the clipboard is closed to pages (plain HTTP), the text is selected and the old command is tried.
async function copied(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if ("select" in source) source.select();
    else getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  }
}

// Buttons that only work with JavaScript come hidden and are shown here.
for (const button of document.querySelectorAll("[data-copy][hidden], [data-print][hidden]")) button.hidden = false;
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// What opens in the head of a page is closed by Escape and by a press anywhere else.
for (const way of ["keydown", "click"]) {
  document.addEventListener(way, (event) => {
    if (way === "keydown" && event.key !== "Escape") return;
    for (const open of document.querySelectorAll(".head details[open]")) {
      if (way === "click" && open.contains(event.target)) continue;
      if (open.contains(document.activeElement)) open.querySelector("summary").focus();
      open.open = false;
    }
  });
}

// <div id="progress" data-again>: the same part of this page, taken again each second as long as it asks for it.
async function again() {
  const part = document.querySelector("[data-again]");
  if (!part) return;
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.redirected) return location.assign(answer.url);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById(part.id);
    if (!now) return location.reload();
    document.title = page.title;
    part.replaceWith(now);
  }
  setTimeout(again, 1000);
}
setTimeout(again, 1000);
