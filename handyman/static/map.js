// The map of an address: tiles when the office has them, else the outline of its dongs. The pin can be moved.
(() => {
  "use strict";

  const box = document.getElementById("map");
  if (!box) {
    return;
  }
  if (!window.L) {
    box.hidden = true;
    return;
  }
  const STEP = 0.0001; // about 10 metres for a press of an arrow key
  const CENTRE = [37.4985, 126.9515];
  const map = L.map(box, { zoomControl: true, attributionControl: Boolean(box.dataset.attribution), keyboard: false, zoomSnap: 0.25 });
  const namesFit = () => map.getZoom() >= (map.getSize().x < 600 ? 13.5 : 12.5); // else they cover one another
  map.on("zoomend resize", () => box.classList.toggle("is-far", !namesFit()));
  map.setView(CENTRE, 13);
  box.querySelectorAll(".leaflet-control-zoom a").forEach((button) => button.setAttribute("tabindex", "-1"));
  if (box.dataset.attribution) {
    map.attributionControl.setPrefix(false);
  }

  if (box.dataset.tiles) {
    L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution, maxZoom: 19 }).addTo(map);
  }
  fetch(box.dataset.outline)
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((outline) => {
      if (!outline) {
        return;
      }
      const layer = L.geoJSON(outline, {
        filter: (part) => part.properties.kind === "행정동",
        interactive: false,
        className: box.dataset.tiles ? "dong is-over-tiles" : "dong",
        weight: 1,
        onEachFeature: (part) => {
          const at = [part.properties.label_lat, part.properties.label_lon];
          L.marker(at, {
            interactive: false,
            keyboard: false,
            icon: L.divIcon({ className: "dong-name", html: "", iconSize: [80, 18] }),
          }).addTo(map).getElement().textContent = part.properties.name;
        },
      }).addTo(map);
      if (!document.querySelector("[data-found]")) {
        map.fitBounds(layer.getBounds());
      }
    })
    .catch(() => {});

  let pin = null;
  let circle = null;

  const tell = (point) => {
    box.dispatchEvent(new CustomEvent("placed", { bubbles: true, detail: { lat: point.lat, lon: point.lng } }));
  };

  const nudge = (event) => {
    const moves = { ArrowUp: [STEP, 0], ArrowDown: [-STEP, 0], ArrowLeft: [0, -STEP], ArrowRight: [0, STEP] };
    const move = moves[event.code];
    if (!move || event.isComposing) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const at = pin.getLatLng();
    pin.setLatLng([at.lat + move[0], at.lng + move[1]]);
    window.clearTimeout(nudge.later);
    nudge.later = window.setTimeout(() => tell(pin.getLatLng()), 600);
  };

  const show = (point, error) => {
    if (!pin) {
      pin = L.marker(point, {
        draggable: true,
        alt: box.dataset.pin,
        title: box.dataset.pin,
        icon: L.divIcon({ className: "pin", html: "", iconSize: [26, 26], iconAnchor: [13, 26] }),
      }).addTo(map);
      pin.on("dragend", () => tell(pin.getLatLng()));
      pin.getElement().setAttribute("aria-label", box.dataset.pin);
      pin.getElement().addEventListener("keydown", nudge);
      circle = L.circle(point, { radius: error, className: "doubt", interactive: false, weight: 1 }).addTo(map);
    }
    pin.setLatLng(point);
    circle.setLatLng(point).setRadius(error);
  };

  const read = (moved) => {
    const found = document.querySelector("[data-found]");
    if (!found) {
      return;
    }
    const point = [Number(found.dataset.lat), Number(found.dataset.lon)];
    show(point, Number(found.dataset.error));
    if (moved) {
      map.setView(point, box.dataset.tiles ? 16 : 15);
    }
  };

  map.on("click", (event) => {
    show(event.latlng, 5);
    tell(event.latlng);
  });
  document.addEventListener("located", (event) => read(!event.detail.byHand));
  read(true);
})();
