// What WCAG 2.2 AA asks of a page and a program can decide: each breach as [rule, where].

function measure(view) {
  const page = view.document;
  page.querySelectorAll("details").forEach((closed) => { closed.open = true; });
  const found = [];
  const say = (rule, where) => { if (found.length < 200) found.push([rule, short(where)]); };
  named(page, say);
  structure(page, say);
  references(page, say);
  pictures(page, say);
  tables(page, say);
  reading(view, say);
  handling(view, say);
  reflow(view, say);
  return found;
}

function short(where) {
  const said = typeof where === "string" ? where : (where.outerHTML || where.data || "");
  return said.replace(/\s+/g, " ").slice(0, 160);
}

function seen(element) {
  return element.checkVisibility({ checkVisibilityCSS: true });
}

function nameOf(element) {
  const page = element.ownerDocument;
  const by = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
  const pieces = by.map((id) => page.getElementById(id)?.textContent || "");
  const title = element.querySelector?.(":scope > title")?.textContent || "";
  return [pieces.join(" "), element.getAttribute("aria-label"), title].find((t) => t?.trim()) || "";
}

function named(page, say) {
  if (!page.documentElement.lang) say("page has a language", "html");
  if (!page.title.trim()) say("page has a title", "html");
  const view = page.querySelector("meta[name=viewport]")?.content || "";
  if (!view || /user-scalable=no|maximum-scale/.test(view)) say("zoom is allowed", view);
  if (page.querySelectorAll("main").length !== 1) say("one main landmark", "body");
  const skip = page.querySelector("a[href]");
  if (!skip || !skip.getAttribute("href").startsWith("#")) say("a skip link comes first", skip || "");
  for (const nav of page.querySelectorAll("nav, [role=region], section[aria-label]")) {
    if (!nameOf(nav)) say("a landmark has a name", nav);
  }
  for (const text of walk(page)) {
    if (seen(text.parentElement) && !text.parentElement.closest("main, .scv-skip")) {
      say("content stands in a landmark", text);
    }
  }
}

function structure(page, say) {
  const headings = [...page.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter(seen);
  if (headings.filter((h) => h.tagName === "H1").length !== 1) say("one first heading", "body");
  let level = 0;
  for (const heading of headings) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) say("headings leave out no level", heading);
    if (!heading.textContent.trim()) say("a heading has words", heading);
    level = own;
  }
  for (const list of page.querySelectorAll("ul, ol")) {
    for (const child of list.children) if (child.tagName !== "LI") say("a list holds items", child);
  }
  for (const item of page.querySelectorAll("li")) {
    if (!/^(UL|OL)$/.test(item.parentElement.tagName)) say("an item stands in a list", item);
  }
  for (const term of page.querySelectorAll("dt, dd")) {
    if (!term.closest("dl")) say("a term stands in a list of terms", term);
  }
  for (const nested of page.querySelectorAll("a a, summary a, button a")) {
    say("a control holds no other", nested);
  }
  for (const turn of page.querySelectorAll("[tabindex]")) {
    if (Number(turn.getAttribute("tabindex")) > 0) say("the order of turns is the page's", turn);
  }
}

function references(page, say) {
  const met = new Set();
  for (const element of page.querySelectorAll("[id]")) {
    if (met.has(element.id)) say("an id stands once", element);
    met.add(element.id);
  }
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "headers"]) {
    for (const element of page.querySelectorAll(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(/\s+/).filter(Boolean)) {
        if (!met.has(id)) say(`${attribute} resolves`, element);
      }
    }
  }
  for (const link of page.querySelectorAll("a[href]")) {
    const to = link.getAttribute("href");
    if (to.startsWith("#") && !met.has(decodeURIComponent(to.slice(1)))) say("a link arrives", link);
  }
  const roles = /^(img|note|region|list|listitem|figure|group|table|row|cell|columnheader|rowheader)$/;
  for (const element of page.querySelectorAll("[role]")) {
    if (!roles.test(element.getAttribute("role"))) say("a role is known", element);
  }
  for (const element of page.querySelectorAll("[aria-label]")) {
    const plain = /^(DIV|SPAN|P)$/.test(element.tagName) && !element.hasAttribute("role");
    if (plain) say("a name belongs to a role", element);
  }
}

function pictures(page, say) {
  for (const svg of page.querySelectorAll("svg")) {
    if (svg.closest("[aria-hidden=true]") || svg.parentElement.closest("svg")) continue;
    if (svg.getAttribute("role") !== "img") say("a picture is an image or hidden", svg);
    if (!nameOf(svg).trim()) say("a picture has a name", svg);
    if (!svg.querySelector("desc")) say("a picture has a description", svg);
  }
  for (const image of page.querySelectorAll("img")) {
    if (!image.hasAttribute("alt")) say("an image has an alternative", image);
  }
}

function tables(page, say) {
  for (const table of page.querySelectorAll("table")) {
    if (!nameOf(table) && !table.querySelector("caption")?.textContent.trim()) {
      say("a table has a name", table);
    }
    if (!table.querySelector("th")) say("a table has headers", table);
    for (const head of table.querySelectorAll("th")) {
      if (!head.getAttribute("scope")) say("a header has a scope", head);
      if (!head.textContent.trim()) say("a header has words", head.closest("tr"));
    }
  }
}

// Words against their ground, and words that a box cuts.
function reading(view, say) {
  for (const { said, holder, corners } of texts(view)) {
    const style = view.getComputedStyle(holder);
    const ink = holder.ownerSVGElement ? style.fill : style.color;
    const ground = holder.ownerSVGElement ? groundOfText(holder, view) : groundOf(holder, view);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = contrast(colour(ink), colour(ground));
    if (ratio < (large ? 3 : 4.5)) say("words stand out", `${ratio.toFixed(2)} ${said}`);
    if (!holder.ownerSVGElement && cutAway(holder, corners, view)) say("no word is cut", said);
  }
}

function colour(text) {
  if (text.startsWith("#")) {
    return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  }
  return (text.match(/[\d.]+/g) || [255, 255, 255]).slice(0, 3).map(Number);
}

function contrast(one, other) {
  const [a, b] = [one, other].map((rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92
      : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  });
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function groundOf(element, view) {
  for (let at = element; at; at = at.parentElement) {
    const found = view.getComputedStyle(at).backgroundColor;
    if (!/rgba\(.*, 0\)|transparent/.test(found)) return found;
  }
  return "rgb(255, 255, 255)";
}

// The last shape drawn before the text that lies under its middle.
function groundOfText(text, view) {
  const root = text.ownerSVGElement, box = text.getBBox(), matrix = text.getCTM();
  const point = root.createSVGPoint();
  point.x = box.x + box.width / 2;
  point.y = box.y + box.height / 2;
  const middle = point.matrixTransform(matrix);
  let ground = "";
  for (const shape of root.querySelectorAll("rect, polygon, circle, path")) {
    if (shape.closest("defs")) continue;
    if (!(shape.compareDocumentPosition(text) & 4)) break;
    const fill = view.getComputedStyle(shape).fill;
    if (fill === "none") continue;
    const inside = middle.matrixTransform(shape.getCTM().inverse());
    if (shape.isPointInFill(inside)) ground = fill.startsWith("url") ? "#8b93a5" : fill;
  }
  return ground || groundOf(root.parentElement, view);
}

function cutAway(holder, corners, view) {
  for (let box = holder; box && box !== view.document.body; box = box.parentElement) {
    const style = view.getComputedStyle(box);
    if (/auto|scroll/.test(style.overflowX)) return false;
    if (style.overflowX === "visible" || style.clipPath !== "none") continue;
    const at = box.getBoundingClientRect();
    if (corners.some(([x]) => x > at.right + 1 || x < at.left - 1)) return true;
  }
  return false;
}

// Links and other targets: named, large enough or far enough apart, and seen when they are reached.
function handling(view, say) {
  const all = [...view.document.querySelectorAll("a[href], summary, button, [tabindex='0']")];
  const targets = all.filter((t) => seen(t) && !t.matches(".scv-skip"));
  for (const target of targets) {
    const words = target.textContent.trim() || nameOf(target);
    if (!words) say("a control has a name", target);
    target.focus({ preventScroll: true });
    const style = view.getComputedStyle(target);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!ring && style.boxShadow === "none") say("focus is seen", target);
  }
  view.document.activeElement?.blur();
  const pressed = targets.filter((t) => t.matches("a, summary, button"));
  const small = pressed.filter((t) => t.getClientRects().length && tooSmall(t) && !inSentence(t));
  for (const target of small) {
    const near = pressed.some((other) => other !== target && crowd(target, other));
    if (near) say("a target has 24 px", target);
  }
}

function tooSmall(target) {
  const box = target.getBoundingClientRect();
  return box.height < 23.5 || box.width < 23.5;
}

// A link in the flow of words is as tall as its line.
function inSentence(target) {
  const block = target.closest("p, li, td, th, dd, h1, h2, h3, .scv-big, caption");
  return block !== null && block.textContent.trim() !== target.textContent.trim();
}

function crowd(target, other) {
  const a = target.getBoundingClientRect(), b = other.getBoundingClientRect();
  const x = a.left + a.width / 2, y = a.top + a.height / 2;
  const across = Math.max(b.left - x, 0, x - b.right), down = Math.max(b.top - y, 0, y - b.bottom);
  return Math.hypot(across, down) < 12;
}

// 320 px are 1280 at 400 %: nothing but tables and the map may need a second direction.
function reflow(view, say) {
  const page = view.document.documentElement;
  if (page.scrollWidth > page.clientWidth + 1) {
    const wide = [...page.querySelectorAll("body *")].filter(
      (e) => seen(e) && e.getBoundingClientRect().right > page.clientWidth + 1 && !clipped(e, view)
    );
    for (const one of wide.slice(-3)) say("the page fits its width", one);
  }
  for (const box of page.querySelectorAll("body *")) {
    const scrolls = /auto|scroll/.test(view.getComputedStyle(box).overflowX);
    if (scrolls && box.scrollWidth > box.clientWidth + 1 && box.getAttribute("tabindex") !== "0") {
      say("what scrolls can be reached", box);
    }
  }
}

function clipped(element, view) {
  for (let at = element; at; at = at.parentElement) {
    if (view.getComputedStyle(at).overflowX !== "visible") return true;
  }
  return false;
}

function* walk(page) {
  const walker = page.createTreeWalker(page.body, 4);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.data.trim() && !node.parentElement.closest("style, script")) yield node;
  }
}
