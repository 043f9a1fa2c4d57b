// What pages do beyond links and forms. Everything works without it, only less comfortably.
(() => {
  "use strict";

  // Menus that are open close when somebody clicks elsewhere or presses Escape.
  const open = () => document.querySelectorAll("details.person[open], details.menu[open], details.float[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // <form data-confirm="…"> asks before it is sent.
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  // <select data-go> sends its form when it is changed.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-go]")) event.target.form.requestSubmit();
    const all = event.target.closest("[data-check-all]");
    if (all) for (const box of document.getElementsByName(all.dataset.checkAll)) box.checked = all.checked;
  });

  // <button data-copy="#id"> copies a text and says so.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard?.writeText(document.querySelector(button.dataset.copy).textContent);
    const said = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 1500);
  });

  // Rows of <tbody data-drag-list data-first="1"> are dragged by their .drag; where one is dropped is sent by its own form
  // as "to". Buttons do the same for those who do not drag.
  let dragged = null;
  let stood = -1;
  const placeOf = (row) => [...row.parentElement.children].indexOf(row);
  document.addEventListener("dragstart", (event) => {
    if (!event.target.matches?.("[data-drag-list] .drag")) return;
    dragged = event.target.closest("tr");
    stood = placeOf(dragged);
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(dragged, 0, 0);
  });
  document.addEventListener("dragover", (event) => {
    const over = dragged && event.target.closest("[data-drag-list] > tr");
    if (!over) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (over !== dragged) over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  document.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
  document.addEventListener("dragend", () => {
    if (!dragged) return;
    const [row, place] = [dragged, placeOf(dragged)];
    row.classList.remove("dragged");
    dragged = null;
    if (place === stood) return;
    const to = row.querySelector("input[name=to]");
    to.value = Number(row.parentElement.dataset.first) + place;
    to.form.requestSubmit();
  });

  // <… data-live="/address"> is replaced by what the address answers whenever the server says that something changed.
  // An answer 204 leaves it alone. What holds the focus, or is being typed in, is not replaced.
  const refresh = async (part) => {
    if (document.hidden || part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
    const answer = await fetch(part.dataset.live, { headers: { "x-part": "live" } }).catch(() => null);
    if (!answer || answer.status !== 200) return;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const fresh = holder.content.firstElementChild;
    if (!fresh) return;
    // What the reader has opened stays open.
    if (part.matches("details")) fresh.open = part.open;
    for (const open of part.querySelectorAll("details[open][id]")) {
      const same = fresh.querySelector(`#${CSS.escape(open.id)}`);
      if (same) same.open = true;
    }
    if (fresh.outerHTML === part.outerHTML) return;
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    part.replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus();
    window.htmx?.process(fresh);
  };
  const parts = () => document.querySelectorAll("[data-live]");
  if (parts().length > 0) {
    const source = new EventSource("/live");
    source.addEventListener("changed", () => parts().forEach(refresh));
    // What changed before the line was open, or while it was broken.
    source.addEventListener("open", () => parts().forEach(refresh));
  }

  // A form is exchanged for what the server answers. What somebody typed, chose or focused meanwhile is kept: such an
  // answer is not shown but asked for again, with what stands in the form now. A button's answer comes before a list's.
  let inputs = 0;
  let asked = null;
  let held = null;
  const isButton = (ctx) => ctx.sourceElement.matches("button");
  const replacesForm = (ctx) => ctx.target?.matches?.("form");
  document.addEventListener("input", () => { inputs += 1; }, true);
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (!replacesForm(ctx)) return;
    if (asked && isButton(asked)) event.preventDefault();
    else asked = Object.assign(ctx, { inputs });
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (!replacesForm(ctx)) return;
    if (ctx !== asked || ctx.inputs !== inputs) return event.preventDefault();
    const element = document.activeElement;
    const { selectionStart, selectionEnd } = element;
    held = element !== document.body && element !== ctx.sourceElement ? { element, selectionStart, selectionEnd } : null;
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = event.detail;
    if (ctx !== asked) return;
    asked = null;
    if (ctx.status !== "swapped" || ctx.inputs === inputs) return;
    if (isButton(ctx)) ctx.sourceElement.click();
    else ctx.sourceElement.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // What stands now where an element stood: with its id, or else of its kind, with its words.
  const twin = (gone) => {
    if (gone.isConnected) return gone;
    if (gone.id) return document.getElementById(gone.id);
    const alike = (other) => ["name", "value", "tabIndex", "textContent"].every((key) => other[key] === gone[key]);
    return [...document.querySelectorAll(gone.tagName)].find(alike);
  };

  // After an exchange the focus stays, or goes where the answer asks for it, once: later exchanges leave it alone.
  document.addEventListener("htmx:after:swap", () => {
    const wanted = document.querySelector("[data-focus]");
    wanted?.removeAttribute("data-focus");
    const same = held && twin(held.element);
    if (same) {
      same.focus();
      if (held.selectionStart != null) same.setSelectionRange(held.selectionStart, held.selectionEnd);
    } else wanted?.focus();
    held = null;
  });
})();
