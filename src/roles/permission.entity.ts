import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timestamp } from '../database/columns';

/** A permission of the catalogue as the database knows it: `since` tells new ones from those an administrator took away. */
@Entity('permissions')
export class Permission {
  @PrimaryColumn({ length: 64 })
  name!: string;

  @Column({ length: 255 })
  description!: string;

  @Column(timestamp)
  since!: Date;
}
