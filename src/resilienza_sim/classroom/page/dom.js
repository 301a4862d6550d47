"use strict";
// Elements made piece by piece: what comes from a file is only ever text, never markup.

const Dom = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name.startsWith("aria-") && typeof value === "boolean") element.setAttribute(name, String(value));
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) {
        element.setAttribute(name, String(value));
      }
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return element;
  }

  const make = (tag, attributes, ...children) =>
    fill(document.createElement(tag), attributes, children);
  const draw = (tag, attributes, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children);
  const byId = (id) => document.getElementById(id);
  const put = (element, ...children) => element.replaceChildren(...children.flat(Infinity));

  const button = (text, act, attributes) =>
    make("button", { type: "button", onclick: act, ...attributes }, text);

  /** A canvas as sharp as the screen; `paint(context, width, height)` in CSS pixels. */
  function canvas(label, paint) {
    const element = make("canvas", { role: "img", "aria-label": label });
    element.repaint = () => {
      const box = element.parentElement?.getBoundingClientRect();
      if (!box || box.width < 2 || box.height < 2) return;
      const sharp = window.devicePixelRatio || 1;
      const [width, height] = [Math.floor(box.width), Math.floor(box.height)];
      if (element.width !== Math.round(width * sharp) || element.height !== Math.round(height * sharp)) {
        element.width = Math.round(width * sharp);
        element.height = Math.round(height * sharp);
      }
      const context = element.getContext("2d");
      context.setTransform(sharp, 0, 0, sharp, 0, 0);
      context.clearRect(0, 0, width, height);
      paint(context, width, height);
    };
    return element;
  }

  return { make, draw, byId, put, button, canvas };
})();
