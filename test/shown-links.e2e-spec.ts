import { tryShownLinks } from './support/shown-links';

tryShownLinks(3);
