"""What visitors get: on the sample site, and on real pages where they lie beside the checkout."""
