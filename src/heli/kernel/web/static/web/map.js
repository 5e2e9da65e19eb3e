// <heli-map src="….geojson">: points with the letter and colour of their member, on an empty ground or on the
// office's own base map. It says nothing that the list beside it does not say. See docs/look.md for what a
// feature carries: letter, colour (0–11), label, url, kind ("house", "post"), gap, key.
"use strict";

class HeliMap extends HTMLElement {
  async connectedCallback() {
    if (this.map) return;
    const large = document.documentElement.classList.contains("large");
    this.size = large ? 34 : 26;
    this.markers = [];
    this.byKey = new Map();
    this.map = L.map(this, {
      attributionControl: Boolean(this.dataset.tiles),
      zoomControl: false,
      scrollWheelZoom: false,
      keyboard: true,
      fadeAnimation: false,
      zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      markerZoomAnimation: false,
      maxZoom: 19,
      zoomSnap: 0.25,
    }).setView([0, 0], 2);
    this.addControls();
    this.addTiles();
    this.addEventListener("keydown", (event) => this.step(event));
    document.addEventListener("click", (event) => this.followList(event));
    try {
      const answer = await fetch(this.getAttribute("src"), { headers: { Accept: "application/geo+json" } });
      if (!answer.ok) throw new Error(answer.status);
      this.show(await answer.json());
    } catch {
      this.tell(this.dataset.failed);
    }
  }

  disconnectedCallback() {
    this.map?.remove();
    this.map = undefined;
  }

  addControls() {
    L.control.zoom({ zoomInTitle: this.dataset.zoomIn, zoomOutTitle: this.dataset.zoomOut }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    this.setAttribute("role", "region");
    this.tabIndex = 0;
    // the wheel scrolls the page until somebody has clicked into the map
    this.map.on("focus click", () => this.map.scrollWheelZoom.enable());
    this.map.on("blur", () => this.map.scrollWheelZoom.disable());
  }

  addTiles() {
    if (!this.dataset.tiles) return;
    this.map.attributionControl.setPrefix(false);
    L.tileLayer(this.dataset.tiles, { maxZoom: 19, attribution: escaped(this.dataset.credit ?? "") }).addTo(this.map);
  }

  show(collection) {
    for (const feature of collection.features) {
      if (feature.geometry?.type === "Point") this.addPoint(feature);
    }
    if (!this.markers.length) return this.tell(this.dataset.empty);
    this.reachable(0);
    this.map.fitBounds(L.latLngBounds(this.markers.map((marker) => marker.getLatLng())), {
      padding: [this.size, this.size],
      maxZoom: 18,
      animate: false,
    });
    this.map.on("zoomend", () => this.markFar());
    this.markFar();
    this.dispatchEvent(new CustomEvent("heli-map:shown", { bubbles: true }));
  }

  // Where neighbours would cover each other the points are dots; nearer, each shows its letter.
  markFar() {
    const at = this.markers.map((marker) => this.map.latLngToLayerPoint(marker.getLatLng()));
    const every = Math.ceil(at.length / 60);
    const gaps = at.filter((_, index) => index % every === 0).map((point) =>
      Math.min(...at.filter((other) => other !== point).map((other) => point.distanceTo(other))));
    const middle = gaps.sort((one, two) => one - two)[Math.floor(gaps.length / 2)];
    this.classList.toggle("far", middle < 0.8 * this.size);
  }

  addPoint({ geometry, properties: { letter = "", colour = 0, label = "", url = "", kind = "house", gap = false, key } }) {
    const [lon, lat] = geometry.coordinates;
    const text = document.createElement("span");
    text.textContent = letter;
    const classes = `point c-${Number(colour) % 12}${kind === "post" ? " post" : ""}${gap ? " gap" : ""}`;
    const icon = L.divIcon({ html: text, className: classes, iconSize: [this.size, this.size], popupAnchor: [0, -this.size / 2] });
    const marker = L.marker([lat, lon], { icon, title: label, riseOnHover: true, zIndexOffset: gap ? 1000 : 0 });
    marker.addTo(this.map).bindPopup(popup(label, url), { closeButton: false, autoPanPadding: [20, 20] });
    const element = marker.getElement();
    element.setAttribute("aria-label", label);
    element.tabIndex = -1;
    this.markers.push(marker);
    if (key) this.byKey.set(String(key), marker);
  }

  // One point can be reached by Tab; arrows go to its neighbours in the list's order, Enter opens it.
  reachable(index) {
    for (const marker of this.markers) marker.getElement().tabIndex = -1;
    this.markers[index].getElement().tabIndex = 0;
  }

  step(event) {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const here = this.markers.findIndex((marker) => marker.getElement() === event.target);
    if (here < 0) return;
    if (event.key === "Escape") this.markers[here].closePopup();
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (here + move + this.markers.length) % this.markers.length;
    this.reachable(next);
    this.map.panInside(this.markers[next].getLatLng(), { padding: [40, 40], animate: false });
    this.markers[next].getElement().focus();
  }

  // <button data-on-map="key"> in the list opens that point here.
  followList(event) {
    const key = event.target.closest?.("[data-on-map]")?.dataset.onMap;
    const marker = key && this.byKey.get(key);
    if (!marker) return;
    event.preventDefault();
    this.map.setView(marker.getLatLng(), Math.max(this.map.getZoom(), 17), { animate: false });
    marker.openPopup();
    this.scrollIntoView({ block: "nearest" });
  }

  tell(words) {
    const line = document.createElement("p");
    line.className = "map-words";
    line.setAttribute("role", "status");
    line.textContent = words ?? "";
    this.append(line);
  }
}

function popup(label, url) {
  const words = document.createElement(url ? "a" : "span");
  words.textContent = label;
  if (url && new URL(url, location.href).origin === location.origin) words.href = url;
  return words;
}

function escaped(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element.innerHTML;
}

customElements.define("heli-map", HeliMap);
