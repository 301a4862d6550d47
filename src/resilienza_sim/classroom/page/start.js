"use strict";
// The data lie in the page, compressed; a browser that cannot unfold them is told so in words.

(async () => {
  try {
    const folded = Uint8Array.from(atob(Dom.byId("data").textContent.trim()), (sign) => sign.charCodeAt(0));
    const stream = new Blob([folded]).stream().pipeThrough(new DecompressionStream("gzip"));
    Steps.begin(await new Response(stream).json());
    Dom.byId("waiting").remove();
    const told = Memory.restore();
    if (told) Steps.resume(told);
  } catch (problem) {
    Dom.byId("waiting").hidden = true;
    Dom.byId("old").hidden = false;
    throw problem;
  }
})();
