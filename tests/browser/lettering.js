// Texts that lie over each other, and texts that the picture or a box cuts.

function measure(view) {
  const all = texts(view);
  const clashes = [];
  const reach = all.map(({ corners }) => [0, 1].flatMap((axis) => {
    const along = corners.map((corner) => corner[axis]);
    return [Math.min(...along), Math.max(...along)];
  }));
  const apart = (a, b) => a[1] < b[0] || b[1] < a[0] || a[3] < b[2] || b[3] < a[2];
  for (let i = 0; i < all.length; i++) {
    for (let j = i + 1; j < all.length; j++) {
      if (!apart(reach[i], reach[j]) && overlap(all[i].corners, all[j].corners)) clashes.push([all[i].said, all[j].said]);
    }
  }
  const cut = all.filter((text) => isCut(text, view)).map((text) => text.said);
  return { texts: all.length, clashes: clashes.slice(0, 20), cut: cut.slice(0, 20) };
}

function isCut({ holder, corners }, view) {
  const svg = holder.ownerSVGElement;
  if (svg) return !within(corners, svg.getBoundingClientRect()) || leavesItsDiamond(holder);
  for (let box = holder; box !== view.document.body; box = box.parentElement) {
    const scrolls = view.getComputedStyle(box).overflowX;
    if (scrolls === "auto" || scrolls === "scroll") return false;
    if (scrolls !== "visible" && !within(corners, box.getBoundingClientRect())) return true;
  }
  const width = view.document.documentElement.clientWidth;
  return !within(corners, { left: 0, right: width, top: -1e6, bottom: 1e6 });
}

function within(corners, box) {
  return corners.every(
    ([x, y]) => x >= box.left - 1 && x <= box.right + 1 && y >= box.top - 1 && y <= box.bottom + 1
  );
}

// The number of a diamond stands between its sides at the height of the figures.
function leavesItsDiamond(text) {
  const ground = text.parentElement.querySelector("polygon");
  if (!ground || text.getAttribute("text-anchor") !== "middle") return false;
  const around = ground.getBBox(), box = text.getBBox();
  const half = around.width / 2, room = half - 0.36 * Number(text.getAttribute("font-size"));
  return box.width / 2 > room + 1;
}
