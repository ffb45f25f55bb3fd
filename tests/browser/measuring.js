// What both scripts need: which texts are seen, where they stand, and how to leave the figures.

function leave(measure) {
  const figures = {};
  for (const frame of document.querySelectorAll("iframe")) {
    frame.height = frame.contentDocument.documentElement.scrollHeight;
    figures[frame.dataset.name] = measure(frame.contentWindow);
  }
  document.body.innerHTML = "";
  const left = document.body.appendChild(document.createElement("pre"));
  left.id = "figures";
  left.textContent = JSON.stringify(figures);
}

// Every text that is seen, as the corners of the boxes it takes: a turned text is a turned box.
function texts(view) {
  const found = [];
  const walker = view.document.createTreeWalker(view.document.body, view.NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    const said = node.data.trim();
    if (!said || !holder.checkVisibility({ checkVisibilityCSS: true })) continue;
    if (holder.closest(".scv-hidden, .scv-skip, style, script, desc")) continue;
    if (holder.ownerSVGElement) {
      if (holder.tagName === "text") found.push({ said, holder, corners: cornersOf(holder) });
      continue;
    }
    const range = view.document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1) continue;
      const { left, right, top, bottom } = box;
      found.push({
        said, holder, corners: [[left, top], [right, top], [right, bottom], [left, bottom]],
      });
    }
  }
  return found;
}

function cornersOf(text) {
  const box = text.getBBox(), to = text.getScreenCTM();
  return [[0, 0], [1, 0], [1, 1], [0, 1]].map(([across, down]) => {
    const x = box.x + across * box.width, y = box.y + down * box.height;
    return [to.a * x + to.c * y + to.e, to.b * x + to.d * y + to.f];
  });
}

// True where two convex shapes share more than a sliver.
function overlap(one, other) {
  for (const shape of [one, other]) {
    for (let i = 0; i < shape.length; i++) {
      const [x1, y1] = shape[i], [x2, y2] = shape[(i + 1) % shape.length];
      const length = Math.hypot(x2 - x1, y2 - y1) || 1;
      const across = [(y1 - y2) / length, (x2 - x1) / length];
      const [a, b] = [one, other].map((corners) => {
        const along = corners.map(([x, y]) => x * across[0] + y * across[1]);
        return [Math.min(...along), Math.max(...along)];
      });
      if (Math.min(a[1], b[1]) - Math.max(a[0], b[0]) <= 1) return false;
    }
  }
  return true;
}
