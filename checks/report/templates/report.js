"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Light or dark: as the system says, until the reader chooses.
  const theme = $("#theme"), themes = ["system", "light", "dark"];
  const remember = (choice) => {
    try {
      if (choice !== undefined) localStorage.setItem("ccmc-theme", choice);
      return localStorage.getItem("ccmc-theme");
    } catch {
      return choice;
    }
  };
  const show = (choice) => {
    document.documentElement.dataset.theme = choice;
    theme.textContent = `Theme: ${choice}`;
  };
  show(themes.includes(remember()) ? remember() : "system");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % 3];
    remember(next);
    show(next);
  });

  // The graph: a node is a button that shows only what its claim rests on.
  const graph = $("svg.graph"), focused = $("#focused");
  const nodes = new Map(all("[data-node]", graph).map((node) => [node.dataset.node, node]));
  const edges = all(".edge", graph);
  const link = (name) => {
    const node = nodes.get(name), text = $(node.hasAttribute("href") ? "title" : "text", node).textContent;
    if (!node.hasAttribute("href")) return document.createTextNode(text);
    const a = document.createElement("a");
    a.href = node.getAttribute("href");
    a.textContent = text;
    return a;
  };
  const say = (what, names) => {
    focused.append(` ${what}: `);
    names.forEach((name, i) => focused.append(i ? ", " : "", link(name)));
    focused.append(names.length ? "." : "nothing.");
  };
  const clear = () => {
    graph.classList.remove("focusing");
    for (const node of nodes.values()) {
      node.classList.remove("on", "chosen");
      if (node.hasAttribute("aria-pressed")) node.setAttribute("aria-pressed", "false");
    }
    for (const edge of edges) edge.classList.remove("on");
    focused.replaceChildren();
  };
  const focus = (name) => {
    clear();
    const node = nodes.get(name);
    const rests = node.dataset.rests.split(" ").filter(Boolean), on = new Set([name, ...rests]);
    graph.classList.add("focusing");
    node.classList.add("chosen");
    node.setAttribute("aria-pressed", "true");
    for (const other of on) nodes.get(other).classList.add("on");
    for (const edge of edges) {
      const proves = edge.classList.contains("prove") && on.has(edge.dataset.start);
      edge.classList.toggle("on", proves || edge.dataset.start === name);
    }
    const isDefinition = (other) => nodes.get(other).classList.contains("definition");
    focused.append(link(name), ".");
    say("To state it takes, of what claims share", rests.filter(isDefinition));
    say("To prove it takes", rests.filter((other) => !isDefinition(other)));
  };
  for (const node of nodes.values()) {
    if (!node.hasAttribute("href")) continue;
    node.setAttribute("role", "button");
    node.setAttribute("aria-pressed", "false");
    node.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      node.classList.contains("chosen") ? clear() : focus(node.dataset.node);
    });
    node.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      node.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && graph.classList.contains("focusing")) clear();
  });
  graph.classList.add("scripting");
  for (const hint of all(".scripted")) hint.hidden = false;

  // Search and filters: a claim stays if it has every word and every value.
  const query = $("#query"), selects = all("[data-filter]"), found = $("#found");
  const claims = all("article.claim");
  const rows = new Map(all("tr[data-claim]").map((row) => [row.dataset.claim, row]));
  const search = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const claim of claims) {
      const keep =
        words.every((word) => claim.dataset.text.includes(word)) &&
        selects.every((s) => !s.value || claim.dataset[s.dataset.filter] === s.value);
      claim.hidden = rows.get(claim.id).hidden = !keep;
      nodes.get(claim.id).classList.toggle("left-out", !keep);
      left += keep;
    }
    found.textContent = `${left} of ${claims.length} claims`;
  };
  for (const control of [query, ...selects]) control.addEventListener("input", search);
  $("#search").hidden = false;
  search();

  // A link into something closed or left out opens it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const claim = target.closest("article.claim");
    if (claim && claim.hidden) {
      query.value = "";
      for (const select of selects) select.value = "";
      search();
    }
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // What is wider than its box can be scrolled by keyboard too.
  const scrollers = () => {
    for (const box of all(".scroll, .statement, .gap")) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", "scrolls sideways");
      } else {
        box.removeAttribute("tabindex");
        box.removeAttribute("role");
        box.removeAttribute("aria-label");
      }
    }
  };
  let waiting = 0;
  const later = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(scrollers);
  };
  window.addEventListener("resize", later);
  document.addEventListener("toggle", later, true);
  scrollers();

  // On paper nothing stays closed.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
})();
