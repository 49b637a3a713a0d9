"""A chart as a picture: two buttons that save what is drawn as PNG or SVG, made in the browser itself.

Nothing is asked of the network or of a browser on the server. The layers that plotly has drawn are copied into one SVG
with the finding above, the caption below and the theme's ground behind; a PNG is that SVG on a canvas, twice as large.
"""

from __future__ import annotations

import re

import streamlit as st

from components.theme import FONT, palette

HTML = """
<div class="row">
  <button type="button" data-format="png">PNG</button>
  <button type="button" data-format="svg">SVG</button>
  <span role="status"></span>
</div>
"""

CSS = """
.row { display: flex; gap: 0.5rem; align-items: center; flex-wrap: wrap; }
button {
  font: inherit; font-size: 0.95rem; color: var(--st-text-color); background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 8px);
  padding: 0.25rem 0.75rem; min-height: 2.3rem; cursor: pointer;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
span { font-size: 0.85rem; color: var(--st-text-color); }
"""

JS = r"""
const NS = 'http://www.w3.org/2000/svg';

function wrapped(text, font, width) {
  const context = document.createElement('canvas').getContext('2d');
  context.font = font;
  const lines = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line ? line + ' ' + word : word;
    if (line && context.measureText(longer).width > width) { lines.push(line); line = word; } else { line = longer; }
  }
  if (line) lines.push(line);
  return lines;
}

function words(svg, lines, top, size, weight, color, family) {
  lines.forEach((line, place) => {
    const text = document.createElementNS(NS, 'text');
    text.setAttribute('x', 16);
    text.setAttribute('y', top + place * size * 1.4);
    text.setAttribute('font-family', family);
    text.setAttribute('font-size', size);
    text.setAttribute('font-weight', weight);
    text.setAttribute('fill', color);
    text.textContent = line;
    svg.appendChild(text);
  });
}

function scenes(chart, svg, top) {
  const layout = chart._fullLayout || {};
  const outer = chart.getBoundingClientRect();
  for (const name of Object.keys(layout)) {
    const scene = /^scene\d*$/.test(name) && layout[name] && layout[name]._scene;
    if (!scene) continue;
    const box = scene.container.getBoundingClientRect();
    const image = document.createElementNS(NS, 'image');
    image.setAttribute('href', scene.toImage('png'));
    image.setAttribute('x', 16 + box.left - outer.left);
    image.setAttribute('y', top + box.top - outer.top);
    image.setAttribute('width', box.width);
    image.setAttribute('height', box.height);
    svg.appendChild(image);
  }
}

function picture(chart, data) {
  const box = chart.getBoundingClientRect();
  const inner = Math.ceil(box.width), width = inner + 32;
  const heading = wrapped(data.title, '600 16px ' + data.font, inner);
  const foot = wrapped(data.caption, '12px ' + data.font, inner);
  const top = 20 + heading.length * 22.4;
  const height = Math.ceil(top + box.height + foot.length * 16.8 + 24);
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('xmlns', NS);
  svg.setAttribute('xmlns:xlink', 'http://www.w3.org/1999/xlink');
  svg.setAttribute('width', width);
  svg.setAttribute('height', height);
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const description = document.createElementNS(NS, 'desc');
  description.textContent = data.alt;
  svg.appendChild(description);
  const ground = document.createElementNS(NS, 'rect');
  ground.setAttribute('width', width);
  ground.setAttribute('height', height);
  ground.setAttribute('fill', data.ground);
  svg.appendChild(ground);
  words(svg, heading, 30, 16, 600, data.text, data.font);
  chart.querySelectorAll('svg.main-svg').forEach((layer, place) => {
    const copy = layer.cloneNode(true);
    const tools = '.zoomlayer, .hoverlayer, .draglayer, .outline-controllers, .menulayer';
    copy.querySelectorAll(tools).forEach((tool) => tool.remove());
    copy.setAttribute('x', 16);
    copy.setAttribute('y', top);
    copy.removeAttribute('class');
    copy.style.position = '';
    copy.style.background = 'transparent';
    svg.appendChild(copy);
    if (place === 0) scenes(chart, svg, top);
  });
  words(svg, foot, top + box.height + 18, 12, 400, data.muted, data.font);
  const text = new XMLSerializer().serializeToString(svg);
  // A clip path must be looked for in the picture, not in the page it came from.
  return { width, height, text: text.replace(/url\((&quot;|["'])?[^)#"']*#([^)"'&]+)(&quot;|["'])?\)/g, 'url(#$2)') };
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  // Outside the page: a click that bubbles through it would close the menu.
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function png(drawn) {
  const image = new Image();
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(drawn.text);
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = drawn.width * 2;
  canvas.height = drawn.height * 2;
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

export default function (component) {
  const { data, parentElement } = component;
  const status = parentElement.querySelector('[role=status]');
  parentElement.querySelectorAll('button').forEach((button) => {
    button.setAttribute('aria-label', `Save the chart as ${button.dataset.format.toUpperCase()}`);
    button.onclick = async () => {
      const chart = document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`);
      if (!chart) { status.textContent = 'The chart is not drawn yet.'; return; }
      try {
        const drawn = picture(chart, data);
        const blob = button.dataset.format === 'svg'
          ? new Blob([drawn.text], { type: 'image/svg+xml' })
          : await png(drawn);
        save(blob, `${data.name}.${button.dataset.format}`);
        status.textContent = '';
      } catch (error) {
        status.textContent = 'The picture could not be made. The camera at the corner of the chart saves an SVG.';
      }
    };
  });
}
"""


def image_buttons(*, chart_key: str, title: str, caption: str, alt: str, name: str, key: str) -> None:
    """Draw the buttons that save a chart as a picture.

    Parameters
    ----------
    chart_key : str
        Key of the chart's widget on this page.
    title, caption, alt : str
        Drawn above and below; kept in an SVG as its description.
    name : str
        Name of the file, without its ending.
    key : str
        Unique on the page.
    """
    colors = palette()
    component = st.components.v2.component("lathe_chart_image", html=HTML, css=CSS, js=JS)
    component(
        key=key,
        data={
            "chart": css_name(chart_key),
            "title": title,
            "caption": caption,
            "alt": alt,
            "name": name,
            "ground": colors.ground,
            "text": colors.text,
            "muted": colors.muted,
            "font": FONT.replace("'", ""),
        },
    )


def css_name(key: str) -> str:
    """Return a widget's key as it stands in the class of its element."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", key)
